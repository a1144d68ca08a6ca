"""The questions pinned to a filing, beside what stands in their cells now."""

from dataclasses import dataclass

from django.urls import reverse

from surveys.entry.cells import cell_name
from surveys.models import Remark
from surveys.worklist.obstacles import cell_place
from surveys.worklist.records import load_sections


@dataclass
class OpenQuestion:
    """One question at a cell: what was written then, what stands there now, the way to it, what was typed in reply."""

    remark: Remark
    place: str
    now: str
    href: str
    typed: str = ""


def open_questions_and_answers(filing, typed):
    """(open questions in the order they were asked, answers given) about a filing; two queries, three with coverage."""
    remarks = list(filing.remarks.select_related("by").order_by("pk"))
    loaded = load_sections(filing, remarks)
    pending = [r for r in remarks if r.kind == Remark.Kind.QUESTION and not r.closed_at]
    answers = [remark for remark in remarks if remark.kind == Remark.Kind.ANSWER]
    for each in answers:
        each.place = cell_place(filing.round, each.section, each.key, each.field)
    return [
        build_open_question(filing, remark, loaded.get(remark.section), typed.get(remark.pk, ""))
        for remark in pending
    ], answers


def build_open_question(filing, remark, stored, typed):
    where = cell_place(filing.round, remark.section, remark.key, remark.field)
    if not stored:
        return OpenQuestion(remark, where, "", "", typed)
    row = stored.row_of(remark)
    known = any(column.name == remark.field for column in stored.section.own_columns)
    anchor = "#" + cell_name(row, remark.field).replace(".", "-") if row and known else ""
    href = reverse("surveys:section", args=[remark.filing_id, stored.section.name]) + anchor
    return OpenQuestion(
        remark, where, stored.text(row, remark.field) if row and known else "", href, typed
    )
