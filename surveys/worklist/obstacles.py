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
    """`工作人员 · 王芳 · 出生年月`; 整份填报表 where a remark is about no cell."""
    if not section_name:
        return "整份填报表"
    section = round_section(round, section_name)
    parts = [section.label]
    if key:
        parts.append(key)
    if field and any(column.name == field for column in section.columns):
        parts.append(section.label_of(field))
    return " · ".join(parts)


def find_obstacles(filing, records=None):
    """Everything that keeps a filing from being handed in, by section.

    Two queries; one where its `records` were fetched with those of others.
    """
    remarks = list(Remark.objects.filter(filing=filing, closed_at=None).order_by("pk"))
    found = []
    for section in load_sections(filing, remarks, records).values():
        found += section_obstacles(section)
    for remark in remarks:
        if remark.kind == Remark.Kind.QUESTION:
            found.append(question_obstacle(filing, remark))
    return found


def section_obstacles(stored):
    """Yield required cells that are blank without a reason, then values nobody explained."""
    required = []
    for column in stored.section.own_columns:
        if column.required:
            required.append(column.name)
    if required and stored.section.single and not stored.rows:
        yield obstacle_at_cell(stored, "one", required[0], "整个分项还没有填。")
    for row, record in stored.rows.items():
        for name in required:
            if record[name] in BLANK and not stored.why_blank(record, name):
                yield obstacle_at_cell(stored, row, name, "必须填写；确实说不清的，写“不详”。")
    for row, ask in unexplained_values(stored):
        yield obstacle_at_cell(stored, row, ask.field, f"{ask.sentence}。请改正，或说明原因。")


def unexplained_values(stored):
    """Yield (row, doubt) of values that contradict each other or are unusual.

    Left out are those that somebody explained or asked about.
    """
    for row, record in stored.rows.items():
        for ask in find_doubts(stored, row):
            if not ask.reason and not is_in_question(stored, record, ask.field):
                yield row, ask


def is_in_question(stored, record, name):
    """Whether the cell waits for an answer anyway."""
    return any(remark.kind == Remark.Kind.QUESTION for remark in stored.at(record, name))


def obstacle_at_cell(stored, row, name, sentence):
    section, record = stored.section, stored.rows.get(row)
    address = reverse("surveys:section", args=[stored.filing.pk, section.name])
    anchor = cell_name(row, name).replace(".", "-")
    key = ""
    if record:
        key = stored.key(record)
    place = cell_place(stored.filing.round, section.name, key, name)
    return Obstacle(place, sentence, f"{address}#{anchor}")


def question_obstacle(filing, remark):
    """A question that nobody answered."""
    address = reverse("surveys:answer", args=[remark.filing_id])
    place = cell_place(filing.round, remark.section, remark.key, remark.field)
    return Obstacle(place, f"待答复：{remark.text}", f"{address}#q-{remark.pk}")
