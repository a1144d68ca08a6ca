"""Measures as columns of a table.

Heading, format, and what a cell says of one filing or of an area.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from communities.models import Level
from reports.engine.measures import STAFFED_STAGE, all_measures
from reports.models import Measures
from surveys.export import ColumnKind, Partial, TableColumn
from surveys.measures import Measure
from surveys.models import Status
from surveys.models.extra import SHARES
from surveys.words import Stage

STAGE, YES_NO = "级", "是否"
KINDS = {
    "元": ColumnKind.MONEY,
    "m²": ColumnKind.AREA,
    "km²": ColumnKind.AREA,
    "分钟": ColumnKind.NUMBER,
    "年": ColumnKind.NUMBER,
}
KINDS |= dict.fromkeys(SHARES, ColumnKind.NUMBER)
NOTHING = "—"


@dataclass(frozen=True)
class MeasureColumn:
    """A measure, or with `of` its share of a larger one.

    `missing` names its companion in a roll-up.
    """

    measure: Measure
    of: str = ""
    groups: tuple[str, ...] = ()

    @property
    def name(self):
        return self.measure.name

    @property
    def missing(self):
        return f"no_{self.measure.name}"

    @property
    def is_stage(self):
        return self.measure.unit == STAGE

    @property
    def is_extreme(self):
        """Whether it is a smallest or largest value, of which there is none where there is nobody."""
        return self.measure.is_extreme and not self.is_stage

    @property
    def column(self):
        label, unit = self.measure.label, self.measure.unit
        if self.of:
            label = f"{label}占{all_measures()[self.of].label}"
            return TableColumn(label, "%", ColumnKind.PERCENT, groups=self.groups)
        kind = KINDS.get(unit, ColumnKind.COUNT)
        if unit in (STAGE, YES_NO):
            unit = ""
        return TableColumn(label, unit, kind, groups=self.groups)

    @property
    def area_unit(self):
        """The unit of a sum: of yes and no how many say yes."""
        if self.measure.unit == YES_NO:
            return "个"
        return self.column.unit

    def of_filing(self, row):
        """What one filing's measures say: a number, a word, or None where it is unknown."""
        value = row.get(self.name)
        if self.of:
            return share_of(value, row.get(self.of))
        if value is None:
            # There is nobody whose pay could be the lowest: that is not unknown.
            return NOTHING if self.is_extreme else None
        if self.is_stage:
            return str(Stage.labels[int(value)])
        if self.measure.unit == YES_NO:
            return "是" if value else "否"
        return value

    def of_area(self, row):
        """What a roll-up says: the sum or mean of what is known, and how many communities have not said it.

        Of stages it is how many communities have the body at work.
        """
        value = row.get(self.name)
        if self.of:
            return share_of(value, row.get(self.of))
        if self.is_extreme:
            return NOTHING if value is None else value
        missing = row.get(self.missing) or 0
        if missing:
            return Partial(value, missing)
        return value


def share_of(part, whole):
    """A share where it can be told, NOTHING where there is nothing to have a share of, None where
    one is unknown.
    """
    if part is None or whole is None:
        return None
    return part / whole if whole else NOTHING


def columns_and_wholes(columns):
    """Names of the measures the columns are counted from, those they are a share of among them."""
    names = {column.name for column in columns}
    wholes = {column.of for column in columns if column.of}
    return names | wholes


def stage_counts_by_parent(filing, columns, *, approved):
    """{(parent pk, stage): (communities that have said it, those whose body is at work)} of an
    area, in one query.
    """
    names = [column.name for column in columns if column.is_stage]
    if not names:
        return {}
    counts = {}
    for name in names:
        at_work = Q(**{f"{name}__gte": STAFFED_STAGE})
        counts[f"said_{name}"] = Count(name)
        counts[f"at_{name}"] = Count("pk", filter=at_work)
    communities = Measures.objects.within(filing)
    communities = communities.filter(round=filing.round_id, level__gte=Level.COMMUNITY)
    if approved:
        communities = communities.filter(filing__status=Status.APPROVED)
    found = {}
    for row in communities.order_by().values("parent").annotate(**counts):
        for name in names:
            found[row["parent"], name] = (row[f"said_{name}"], row[f"at_{name}"])
    return found
