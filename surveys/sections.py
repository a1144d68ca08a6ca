"""What a section of the survey is: one declaration serves form, sheet, checks and pages.

Labels, units, bounds and choices are the model's; here stands only what the model cannot know: the
order of columns, the words people write for them, the natural key, and what must agree with what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property

from django.conf import settings
from django.db.models import Field
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Column:
    """One column of a section.

    `synonyms`: other labels people give it, as joined over a two-row header ("人口合计").
    `words`: what people write in its cells -> the value meant ({"财政工资": None, "在编":
    "established"}).
    `fixed`: key values this column stands for where a wide sheet has a column per row of ours
    (社区警务室 -> {"category": "police_room"}); such a column is never written out in our own template.
    `derived`: "percent" or "count": not stored,
    only read to be checked against what it follows from (到位率).
    `personal`: masked unless one may see it, and in the audit trail.
    `person`: names a person; masked in lists for those who do not work with these people.
    `asked`: a blank cell is worth a finding.
    `asked_of`: where it is not asked of everybody,
    the records in which a blank is worth one all the same.
    `required`: nobody hands in without it, or without the reason why it is not known.
    `group`: the heading over this and the following fields of the form.
    `retired`: no longer asked in this round; what was answered stays readable.
    `fresh`: earlier rounds held something else in it, if anything:
    there is no last time to compare with.
    """

    name: str
    synonyms: tuple[str, ...] = ()
    words: Mapping[str, object] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    derived: str = ""
    personal: bool = False
    person: bool = False
    asked: bool = True
    asked_of: Callable[[Mapping], bool] | None = None
    required: bool = False
    group: str = ""
    retired: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Check:
    """Something several values of one record must satisfy; broken,
    the values are stored and asked about.

    `holds(record)` gets a mapping of field -> value and returns True, False, or None where a value
    is missing. `field` is the cell the question is pinned to, `names` are the values it is about.
    `beside` names one of another section of the same filing that is held against it
    (`profile.residents`).
    """

    name: str
    field: str
    holds: Callable[[Mapping], bool | None]
    sentence: str
    names: tuple[str, ...] = ()
    beside: str = ""

    def sentence_with_values(self, section: "Section", record: Mapping) -> str:
        """The sentence with the values it is about.

        For example: 男、女之和应等于总人口（男 700，女 700，总人口 1,500）.
        """
        names = self.names or getattr(self.holds, "names", ())
        values = []
        for name in names:
            if name in record:
                label = label_beside(section, name)
                values.append(f"{label} {format_figure(record[name])}")
        if not values:
            return self.sentence
        return f"{self.sentence}（{'，'.join(values)}）"


@dataclass(frozen=True)
class Section:
    """One subject of a filing: its model, its sheet, its rules.

    `key`: the natural key within a filing; () for exactly one record a filing.
    `tiebreak`: tells two records of one key apart (two workers of one name, by birth).
    `levels`: levels of units that report it.
    `covers`: name of a many-to-many field to other filings of the round (覆盖社区),
    "" where there is none.
    `fields`: what answers look like where the model's own fields do not say it (a round's own
    items). `fill(values)`: fills in what the sheet leaves to be inferred (建制 from the name), in
    place.
    """

    name: str
    label: str
    model: type
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    tiebreak: str = ""
    checks: tuple[Check, ...] = ()
    levels: tuple[int, ...] = (5,)
    sheet_names: tuple[str, ...] = ()
    covers: str = ""
    fill: Callable[[dict], None] | None = None
    measures: tuple = ()
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        return not self.key

    def pinned_record(self, pk: int | None) -> int | None:
        """The `record_id` of a remark on this record: None in a section with one record."""
        if self.single:
            return None
        return pk

    @cached_property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns of our own form and sheet: all but those of foreign sheets."""
        return tuple(column for column in self.read_columns if not column.retired)

    @cached_property
    def read_columns(self) -> tuple[Column, ...]:
        """The columns of our own papers: what is no longer asked stays readable."""
        return tuple(column for column in self.columns if not column.fixed and not column.derived)

    def last_time(self, record: dict) -> dict:
        """What a record of an earlier round says of the same things."""
        fresh = {column.name for column in self.columns if column.fresh}
        if not fresh:
            return record
        lasting = {}
        for name, value in record.items():
            if name not in fresh:
                lasting[name] = value
        return lasting

    def label_of(self, name: str) -> str:
        """How people call a column."""
        column = next(column for column in self.columns if column.name == name)
        if column.derived:
            return column.synonyms[0]
        return str(self.field(name).verbose_name)

    def field(self, name: str) -> Field:
        """The model field of a column; it carries label, unit, bounds and choices."""
        return self.fields.get(name) or self.model._meta.get_field(name)


def sum_check(*parts: str, whole: str) -> Callable[[Mapping], bool | None]:
    """A check: the parts add up to the whole."""

    def holds(record: Mapping) -> bool | None:
        values = [record.get(name) for name in parts]
        total = record.get(whole)
        if total is None or None in values:
            return None
        return sum(value or 0 for value in values) == total

    holds.names = (*parts, whole)
    return holds


def part_check(part: str, *, whole: str) -> Callable[[Mapping], bool | None]:
    """A check: a part is not larger than its whole."""

    def holds(record: Mapping) -> bool | None:
        value, total = record.get(part), record.get(whole)
        if value is None or total is None:
            return None
        return value <= total

    holds.names = (part, whole)
    return holds


def format_figure(value: str | float | Decimal) -> str:
    """A value as a sentence says it: 1,500; 82.5; 1984-12."""
    if isinstance(value, str):
        return value
    text = f"{Decimal(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def label_beside(section: Section, name: str) -> str:
    """How people call a column, or one of another section (`profile.residents`)."""
    other, _, column = name.rpartition(".")
    if other:
        section = section_named(other)
    return section.label_of(column)


@cache
def all_sections() -> tuple[Section, ...]:
    """The sections in the order of the setting."""
    return tuple(import_string(path) for path in settings.SURVEY_SECTIONS)


@cache
def section_named(name: str) -> Section:
    """Raises KeyError for a name that no section bears."""
    return {section.name: section for section in all_sections()}[name]
