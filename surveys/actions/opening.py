"""Opening a round: the tree of the reference date frozen into filings, last round's records carried forward.

Done in slices along the tree's order, never a query a unit: a nation has 650,000 of them.
"""

import calendar
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import entry, record
from accounts.models import Source
from communities import bulk, tree
from communities.models import GovernancePeriod, Level, Unit
from surveys.actions.hooks import saved
from surveys.bulk import carry_forward
from surveys.models import Filing, Round, Status
from surveys.models.round import check_period
from surveys.sections import all_sections

SLICE = 20_000
COLUMNS = (
    *("id", "round_id", "unit_id", "parent_id", "previous_id", "name", "code", "level", "kind", "governance"),
    *("path", "city_id", "district_id", "street_id", "status", "version"),
)
COPIED_LEVELS = (Level.CITY, Level.DISTRICT, Level.STREET)


@transaction.atomic
def open_round(*, unit, period, due_at, title="", reference_date=None, opens_at=None, by=None):
    """Start a survey of `unit` and all below it for a period; raises ValidationError with a sentence.

    The tree as of the reference date (by default the last day of the period) becomes one filing a unit, down to the
    community; each carries what the same unit reported last.
    """
    check_period(period)
    reference_date = reference_date or last_day(period)
    round = Round(
        unit=unit,
        period=period,
        title=title or f"{unit.short_name}{period_label(period)}社区调查",
        reference_date=reference_date,
        opens_at=opens_at or opening(due_at),
        due_at=due_at,
    )
    round.full_clean()
    round.save()
    made = freeze(round)
    for section in all_sections():
        carry_forward(section, round)
    saved(round, round.filings.values("pk"))
    note_opening(round, made, by)
    return round


def note_opening(round, filings, by):
    line = {"填报期": [None, round.period], "填报表": [None, filings]}
    source = Source.PAGE if by else Source.COMMAND
    record(
        entry(
            by=by,
            verb="开设填报期",
            what=round.title,
            source=source,
            path=round.unit.path,
            target=f"round:{round.pk}",
            changes=line,
        )
    )


def last_day(period):
    """The last day of a year, quarter or month: `2022Q3` -> 2022-09-30."""
    year, kind, number = int(period[:4]), period[4:5], int(period[5:] or 0)
    month = {"Q": number * 3, "M": number}.get(kind, 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def period_label(period):
    """As people say it: 2022年度, 2022年第3季度, 2022年5月."""
    year, kind, number = period[:4], period[4:5], int(period[5:] or 0)
    return f"{year}" + {"Q": f"年第{number}季度", "M": f"年{number}月"}.get(kind, "年度")


def opening(due_at):
    """From now on; a round of the past, typed in later, opened two months before it was due."""
    now = timezone.now()
    return now if now < due_at else due_at - timedelta(days=60)


def freeze(round):
    """One filing per unit that exists on the reference date, parents before children; how many there are."""
    frame = Frame(round)
    columns = ("pk", "name", "code", "level", "kind", "path")
    units = Unit.objects.within(round.unit).open(round.reference_date).filter(level__lte=Level.COMMUNITY)
    rows = units.order_by("path").values_list(*columns, named=True).iterator(chunk_size=SLICE)
    for part in slices(rows):
        bulk.insert(Filing, COLUMNS, frame.filings(part))
        frame.count += len(part)
    if not frame.count:
        raise ValidationError(
            f"“{round.unit}”在 {round.reference_date} 没有可填报的单位。请先导入单位，或换一个基准日。"
        )
    return frame.count


def slices(rows):
    """Lists of SLICE rows."""
    rows = iter(rows)
    while part := [row for _, row in zip(range(SLICE), rows, strict=False)]:
        yield part


class Frame:
    """What the filings made so far tell about the next ones: whose id, level and governance stand above a path."""

    def __init__(self, round):
        self.round, self.count, self.made = round, 0, {}
        above = tree.ids(round.unit.path)[:-1]
        self.levels = dict(Unit.objects.filter(pk__in=above).values_list("pk", "level"))
        self.governance = governance_on(round.reference_date, round.unit)

    def filings(self, units):
        """The rows of COLUMNS for a slice of units in tree order."""
        previous = self.previous(units[0].path, units[-1].path)
        ids = bulk.reserve_ids(Filing, len(units))
        return [self.filing(pk, unit, previous.get(unit.pk)) for pk, unit in zip(ids, units, strict=True)]

    def filing(self, pk, unit, previous):
        chain = tree.ids(unit.path)
        parent = next((self.made[above] for above in chain[-2::-1] if above in self.made), None)
        governance = next((self.governance[i] for i in reversed(chain) if i in self.governance), "")
        if unit.level < Level.COMMUNITY:
            self.made[unit.pk], self.levels[unit.pk] = pk, unit.level
        at = {self.levels.get(above): above for above in chain}
        return (
            *(pk, self.round.pk, unit.pk, parent, previous, short_name(unit), unit.code or "", unit.level, unit.kind),
            *(governance, unit.path, *(at.get(level) for level in COPIED_LEVELS), Status.DRAFT.value, 0),
        )

    def previous(self, first, last):
        """{unit: its filing in the latest earlier round} for the units between two paths."""
        earlier = Filing.objects.filter(
            unit__path__gte=first,
            unit__path__lte=last,
            round__reference_date__lt=self.round.reference_date,
        )
        return dict(earlier.order_by("round__reference_date", "pk").values_list("unit_id", "pk"))


def short_name(unit):
    """The name people use, of a row that is not a Unit but has a name."""
    return Unit.short_name.fget(unit)


def governance_on(day, unit):
    """{unit: how it is run on that day} for the units at, above and below `unit` that say so themselves."""
    related = Q(unit__in=tree.ids(unit.path)) | tree.inside([unit.path], "unit__path")
    periods = GovernancePeriod.objects.filter(related, Q(until=None) | Q(until__gt=day), since__lte=day)
    return dict(periods.order_by("since").values_list("unit", "model"))
