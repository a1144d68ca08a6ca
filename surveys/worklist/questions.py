"""The questions pinned to a filing, beside what stands in their cells now."""

from dataclasses import dataclass

from django.urls import reverse

from surveys.entry.cells import cell_name
from surveys.models import Remark
from surveys.worklist.obstacles import cell_place
from surveys.worklist.records import load_sections


@dataclass
class OpenQuestion:
    """One question at a cell: what stands there now, its address, what was typed in reply."""

    remark: Remark
    place: str
    now: str
    href: str
    typed: str = ""


def open_questions_and_answers(filing, typed):
    """(open questions as they were asked, answers given) about a filing.

    `typed` {id of question: text typed in reply}. Two queries, three with coverage.
    """
    remarks = list(filing.remarks.select_related("by").order_by("pk"))
    sections = load_sections(filing, remarks)
    questions, answers = [], []
    for remark in remarks:
        if remark.kind == Remark.Kind.QUESTION and not remark.closed_at:
            section, text = sections.get(remark.section), typed.get(remark.pk, "")
            questions.append(build_open_question(filing, remark, section, text))
        elif remark.kind == Remark.Kind.ANSWER:
            remark.place = cell_place(filing.round, remark.section, remark.key, remark.field)
            answers.append(remark)
    return questions, answers


def build_open_question(filing, remark, stored, typed):
    where = cell_place(filing.round, remark.section, remark.key, remark.field)
    if not stored:
        return OpenQuestion(remark, where, "", "", typed)
    href = reverse("surveys:section", args=[remark.filing_id, stored.section.name])
    row = stored.row_of(remark)
    is_column = any(column.name == remark.field for column in stored.section.own_columns)
    if not (row and is_column):
        return OpenQuestion(remark, where, "", href, typed)
    anchor = cell_name(row, remark.field).replace(".", "-")
    now = stored.text(row, remark.field)
    return OpenQuestion(remark, where, now, f"{href}#{anchor}", typed)
