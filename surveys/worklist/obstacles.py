"""What keeps a filing from being handed in: looked through once more, over what is stored."""

from dataclasses import dataclass

from django.urls import reverse

from surveys.entry.cells import cell_name
from surveys.entry.doubts import find_doubts
from surveys.extras import round_section
from surveys.models import Remark
from surveys.worklist.records import load_sections

BLANK = (None, "")


@dataclass
class Obstacle:
    """One cell to see to: where it is, what is wrong or missing, and the address that leads there."""

    place: str
    sentence: str
    href: str


def cell_place(round, section_name, key, field):
    """`工作人员 · 王芳 · 出生年月`, as people say it; 整份填报表 where a remark is about no cell."""
    if not section_name:
        return "整份填报表"
    section = round_section(round, section_name)
    known = field and any(column.name == field for column in section.columns)
    return " · ".join(filter(None, [section.label, key, section.label_of(field) if known else ""]))


def find_obstacles(filing):
    """Everything that keeps a filing from being handed in, in the order of its sections; two queries."""
    remarks = list(Remark.objects.filter(filing=filing, closed_at=None).order_by("pk"))
    found = [
        stop
        for stored in load_sections(filing, remarks).values()
        for stop in section_obstacles(stored)
    ]
    return found + [
        question_obstacle(filing, remark)
        for remark in remarks
        if remark.kind == Remark.Kind.QUESTION
    ]


def section_obstacles(stored):
    """Required cells that are blank without a reason, then checks that fail and odd values nobody explained."""
    required = [column.name for column in stored.section.own_columns if column.required]
    if required and stored.section.single and not stored.rows:
        yield obstacle_at_cell(stored, "one", required[0], "整个分项还没有填。")
    for row, record in stored.rows.items():
        for name in required:
            if record[name] in BLANK and not stored.why_blank(record, name):
                yield obstacle_at_cell(stored, row, name, "必须填写；确实说不清的，写“不详”。")
    for row, ask in unexplained_values(stored):
        yield obstacle_at_cell(stored, row, ask.field, f"{ask.sentence}。请改正，或说明原因。")


def unexplained_values(stored):
    """(row, ask) of the values that contradict each other or are unusual, where nobody said why or asked before."""
    for row, record in stored.rows.items():
        for ask in find_doubts(stored, row):
            if not ask.reason and not is_in_question(stored, record, ask.field):
                yield row, ask


def is_in_question(stored, record, name):
    """Whether the cell waits for an answer anyway."""
    return any(remark.kind == Remark.Kind.QUESTION for remark in stored.at(record, name))


def obstacle_at_cell(stored, row, name, sentence):
    section = stored.section
    anchor = cell_name(row, name).replace(".", "-")
    href = reverse("surveys:section", args=[stored.filing.pk, section.name]) + f"#{anchor}"
    record = stored.rows.get(row)
    key = stored.key(record) if record else ""
    return Obstacle(cell_place(stored.filing.round, section.name, key, name), sentence, href)


def question_obstacle(filing, remark):
    """A question that nobody answered."""
    href = reverse("surveys:answer", args=[remark.filing_id]) + f"#q-{remark.pk}"
    return Obstacle(
        cell_place(filing.round, remark.section, remark.key, remark.field),
        f"待答复：{remark.text}",
        href,
    )
