"""Measures as columns of a table: under which heading, in which format, and what a cell says of one filing or of an area."""

from dataclasses import dataclass

from django.db.models import Count, Q

from communities.models import Level
from reports.engine.measures import all_measures
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
WORKING = Stage.labels.index("已配人")  # from here on a body is more than a plaque
NOTHING = "—"


@dataclass(frozen=True)
class Figure:
    """One column: a measure, or with `of` its share of a larger one; `missing` names its companion in a roll-up."""

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
    def column(self):
        if self.of:
            whole = all_measures()[self.of].label
            return TableColumn(
                f"{self.measure.label}占{whole}", "%", ColumnKind.PERCENT, groups=self.groups
            )
        unit = "" if self.measure.unit in (STAGE, YES_NO) else self.measure.unit
        return TableColumn(
            self.measure.label,
            unit,
            KINDS.get(self.measure.unit, ColumnKind.COUNT),
            groups=self.groups,
        )

    @property
    def area_unit(self):
        """The unit of a sum: of yes and no how many say yes."""
        return "个" if self.measure.unit == YES_NO else self.column.unit

    def of_filing(self, row):
        """What one filing's measures say: a number, a word, or unknown."""
        value = row.get(self.name)
        if self.of:
            return share(value, row.get(self.of))
        if value is None:
            # A smallest or largest of nothing is not unknown: there is nobody whose pay could be the lowest.
            return NOTHING if self.measure.is_extreme and not self.is_stage else None
        if self.is_stage:
            return str(Stage.labels[int(value)])
        if self.measure.unit == YES_NO:
            return "是" if value else "否"
        return value

    def of_area(self, row):
        """What a roll-up says: the sum or mean of what is known and how many have not said it; of stages, how many work."""
        value, lacking = row.get(self.name), row.get(self.missing) or 0
        if self.of:
            return share(value, row.get(self.of))
        if self.measure.is_extreme and not self.is_stage:
            return NOTHING if value is None else value
        return Partial(value, lacking) if lacking else value


def share(part, whole):
    """A share where it can be told, nothing where there is nothing to have a share of."""
    if part is None or whole is None:
        return None
    return part / whole if whole else NOTHING


def working(filing, figures, *, approved):
    """{(parent pk, name): (communities that have said it, those whose body works)} of stages, in one query."""
    names = [figure.name for figure in figures if figure.is_stage]
    if not names:
        return {}
    counts = {f"said_{name}": Count(name) for name in names}
    counts |= {f"at_{name}": Count("pk", filter=Q(**{f"{name}__gte": WORKING})) for name in names}
    rows = Measures.objects.within(filing).filter(round=filing.round_id, level__gte=Level.COMMUNITY)
    rows = rows.filter(filing__status=Status.APPROVED) if approved else rows
    found = rows.order_by().values("parent").annotate(**counts)
    return {
        (row["parent"], name): (row[f"said_{name}"], row[f"at_{name}"])
        for row in found
        for name in names
    }
