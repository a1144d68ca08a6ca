"""One line of a list of units: its cells read, or a sentence for each that cannot be."""

import re
from dataclasses import dataclass
from datetime import date

from communities.models import KINDS_AT, PROVINCE_CODES, Governance, full_code
from communities.words import infer_kind, read_kind, read_level

is_code = re.compile(rf"({PROVINCE_CODES})\d{{10}}").fullmatch
is_plain_date = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)?").fullmatch
is_date = re.compile(r"((?:19|20)\d\d)[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?").fullmatch
MODELS = dict(zip(Governance.labels, Governance, strict=True))
MODELS |= dict(zip(Governance.values, Governance, strict=True))
NAME_LENGTH = 60


@dataclass(slots=True)
class ListedUnit:
    """A unit as a line of the file says it; blank optional cells mean "as it is"."""

    line: int
    code: str | None
    name: str
    level: int
    parent_code: str | None
    kind: str
    opened_on: date | None
    closed_on: date | None
    model: str
    known: object = None  # the stored unit it describes
    pk: int = 0  # of a new unit, given when it is written
    path: str = ""

    @property
    def label(self):
        return f"“{self.name}”"

    def kind_for(self, known):
        """Return the kind given; else the stored one while the name stands; else by the name."""
        if self.kind:
            return self.kind
        if known and known.name == self.name and known.level == self.level:
            return known.kind
        return infer_kind(self.name, self.level)


def read_row(cells, line):
    """Return (ListedUnit, sentences); the unit is None where there are sentences."""
    problems = []
    values = {}
    for field, reader in READERS.items():
        values[field] = reader(cells.get(field, ""), problems)
    row = ListedUnit(line=line, **values)
    if row.level and row.kind and row.kind not in KINDS_AT[row.level]:
        problems.append(f"类型“{cells['kind']}”不是{row.level.label}一级的类型。")
    if row.opened_on and row.closed_on and row.closed_on <= row.opened_on:
        problems.append("撤销日期应晚于设立日期。")
    if row.code and row.code == row.parent_code:
        problems.append("上级代码就是本单位的代码。")
    if problems:
        return None, problems
    return row, []


def read_unit_code(text, problems, label="区划代码"):
    if not text:
        return None
    full = full_code(text)
    if is_code(full):
        return full
    if "E+" in text.upper():
        problems.append(
            f"{label}“{text}”被表格软件改成了科学计数法，末几位已丢失；请把该列设为文本后重填。"
        )
    else:
        problems.append(
            f"{label}“{text}”不对，应为 12 位数字（末尾的零可省），"
            "前两位是省级代码，如 130983001016。"
        )
    return None


def read_parent_code(text, problems):
    return read_unit_code(text, problems, "上级代码")


def read_name(text, problems):
    if not text:
        problems.append("没有写名称。")
    elif len(text) > NAME_LENGTH:
        problems.append(f"名称有 {len(text)} 个字，最多 {NAME_LENGTH} 个。")
    return text


def read_level_cell(text, problems):
    found = read_level(text)
    if not found:
        problems.append(f"层级“{text}”不认识，应为 1 省、2 市、3 区县、4 街道、5 社区、6 网格。")
    return found


def read_kind_cell(text, problems):
    found = read_kind(text)
    if found is None:
        problems.append(
            f"类型“{text}”不认识，可写如市辖区、县级市、街道、镇、居委会、村委会；"
            "也可留空，按名称判断。"
        )
    return found


def read_day(text, problems):
    """Return a day; the first of a month where only that is written."""
    if not text:
        return None
    found = is_plain_date(text) or is_date(text)
    try:
        year, month, day = found.groups(default="1")
        return date(int(year), int(month), int(day))
    except (AttributeError, ValueError):
        problems.append(f"日期“{text}”不对，应如 2022-08-01。")
        return None


def read_governance(text, problems):
    if text and text not in MODELS:
        problems.append(f"治理模式“{text}”不认识，应为{'、'.join(Governance.labels)}。")
    return MODELS.get(text, "")


READERS = {
    "code": read_unit_code,
    "name": read_name,
    "level": read_level_cell,
    "parent_code": read_parent_code,
    "kind": read_kind_cell,
    "opened_on": read_day,
    "closed_on": read_day,
    "model": read_governance,
}
