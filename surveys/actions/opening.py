"""Opening a round: the tree of a day frozen into filings, last round's records carried forward.

Done in slices along the tree's order, never a query a unit: a nation has 650,000 of them.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from communities import bulk, tree
from communities.models import GovernancePeriod, Level, Unit
from surveys.actions.hooks import saved
from surveys.actions.messages import clerks_in, deliver
from surveys.bulk import carry_forward
from surveys.extras import round_levels, round_section, round_sections
from surveys.models import Filing, LeftOut, Message, Round, Status
from surveys.models.round import DUE_FIELDS, check_period
from surveys.sections import all_sections

SLICE = 20_000


class FilingRow(NamedTuple):
    """A filing as it is inserted: one field a column."""

    id: int
    round_id: int
    unit_id: int
    parent_id: int | None
    previous_id: int | None
    name: str
    code: str
    level: int
    kind: str
    governance: str
    asked: bool
    path: str
    city_id: int | None
    district_id: int | None
    street_id: int | None
    status: str
    version: int


@transaction.atomic
def open_round(
    *,
    unit,
    period,
    due_at,
    title="",
    reference_date=None,
    opens_at=None,
    dues=None,
    sections=(),
    kinds=(),
    left_out=None,
    carried=None,
    source=None,
    by=None,
) -> Round:
    """Start a survey of `unit` and all below it for a period, or plan one that opens later.

    The tree as of the reference date (by default the last day of the period) becomes one filing a
    unit, down to the community. `dues` is {level: until when}, `sections` are names and `kinds`
    kinds of communities, all by default; `left_out` is {unit: why it does not report}, with all
    below it. Each filing carries what the same unit reported last, or in the round `source`: the
    sections `carried`, by default all that are asked. Raises ValidationError with a sentence.
    """
    check_period(period)
    due_times = {}
    for level, until in (dues or {}).items():
        due_times[DUE_FIELDS[level]] = until
    round = Round(
        unit=unit,
        period=period,
        title=title or round_title(unit, period),
        reference_date=reference_date or last_day(period),
        opens_at=opens_at or usual_opening(due_at),
        due_at=due_at,
        section_names=known_names(sections),
        kinds=[*kinds],
        source=source,
        **due_times,
    )
    asked = [section.name for section in round_sections(round)]
    round.carried = [name for name in asked if carried is None or name in carried]
    round.full_clean()
    round.save()
    leave_out(round, left_out or {})
    filings = freeze_tree(round)
    bulk.analyze_table(Filing, "round_id", "unit_id", "parent_id", "previous_id", "level", "path")
    for name in round.carried:
        carry_forward(round_section(round, name), round)
    saved(round, round.filings.values("pk"))
    note_opening(round, filings, by)
    tell_of_opening(round, by)
    return round


def round_title(unit, period) -> str:
    """月督办、季汇报、年总结: what offices call a survey of that length."""
    by_length = {"Q": "社区工作季度汇报", "M": "社区工作月督办"}
    _, length, _ = period_parts(period)
    call = by_length.get(length, "社区调查")
    return f"{unit.short_name}{period_label(period)}{call}"


def known_names(sections) -> list[str]:
    """Section names in the order of the survey; [] where all are meant."""
    names = [section.name for section in all_sections()]
    unknown = [name for name in sections if name not in names]
    if unknown:
        raise ValidationError(f"没有名为“{'、'.join(unknown)}”的分项，应为：{'、'.join(names)}。")
    chosen = [name for name in names if name in sections]
    if chosen == names:
        return []
    return chosen


def leave_out(round, units) -> None:
    """Note who does not report, and why; each must lie below the round's own unit."""
    for unit, reason in units.items():
        if unit.pk == round.unit_id or not unit.path.startswith(round.unit.path):
            raise ValidationError(f"“{unit}”不在“{round.unit}”之下，不用写进不填报的单位。")
        without = LeftOut(round=round, unit=unit, reason=reason.strip())
        without.full_clean(validate_unique=False)
        without.save()


def note_opening(round, filings, by) -> None:
    """The line of the trail about a new round of so many filings; what is as usual is not said."""
    labels = {section.name: section.label for section in round_sections(round)}
    left_out = []
    for each in round.left_out.select_related("unit"):
        left_out.append(f"{each.unit}（{each.reason}）")
    facts = {"填报期": round.period, "填报表": filings, "截止时间": minute_text(round.due_at)}
    if round.section_names:
        facts["填报分项"] = "、".join(labels.values())
    if round.carried != list(labels):
        facts["带入上期"] = "、".join(labels[name] for name in round.carried)
    facts["不填报"] = "、".join(left_out)
    changes = {}
    for label, value in facts.items():
        if value:
            changes[label] = [None, value]
    note_round(round, "开设填报期", changes, by)


def note_round(round, verb, changes, by) -> None:
    """A line of the trail about a round."""
    source = AuditSource.COMMAND
    if by:
        source = AuditSource.PAGE
    about = {"what": round.title, "path": round.unit.path, "target": f"round:{round.pk}"}
    write_entries(audit_entry(by=by, verb=verb, source=source, changes=changes, **about))


def minute_text(at) -> str:
    """A moment to the minute, in local time: 2022-12-31 18:00."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def tell_of_opening(round, by) -> None:
    """Everybody who fills in for the area learns of the new round, once."""
    if round.due_at <= timezone.now():
        return
    opens, due = minute_text(round.opens_at), minute_text(round.due_at)
    tell_area(round, f"“{round.title}”{opens} 开始填报，{due} 截止。", by)


def tell_area(round, text, by) -> None:
    """One notice to every clerk of the round's area but the one who did what it tells of."""
    messages = []
    for person in clerks_in(round.unit):
        if person != by:
            notice = Message(to=person, kind=Message.Kind.NOTICE, text=text, round=round, by=by)
            messages.append(notice)
    deliver(messages)


class PeriodParts(NamedTuple):
    """`2022Q3` taken apart: the year, the length ("Q", "M", "" for a year), the how-manieth."""

    year: int
    length: str
    number: int


def period_parts(period) -> PeriodParts:
    """The parts of a period as it is written: `2022`, `2022Q3`, `2022M05`."""
    return PeriodParts(int(period[:4]), period[4:5], int(period[5:] or 0))


def last_day(period) -> date:
    """The last day of a year, quarter or month: `2022Q3` -> 2022-09-30."""
    year, length, number = period_parts(period)
    month = 12
    if length == "Q":
        month = number * 3
    elif length == "M":
        month = number
    _, days = calendar.monthrange(year, month)
    return date(year, month, days)


def period_label(period) -> str:
    """As people say it: 2022年度, 2022年第3季度, 2022年5月."""
    year, length, number = period_parts(period)
    if length == "Q":
        return f"{year}年第{number}季度"
    if length == "M":
        return f"{year}年{number}月"
    return f"{year}年度"


def usual_opening(due_at) -> datetime:
    """From when a round is filled in where nobody says so: from now on.

    A round of the past, typed in later, opened on a morning two months before it was due.
    """
    now = timezone.now()
    if now < due_at:
        return now
    two_months_before = timezone.localtime(due_at - timedelta(days=60))
    return two_months_before.replace(hour=0, minute=0, second=0)


def freeze_tree(round) -> int:
    """Make one filing per unit that exists on the reference date, parents first; how many."""
    frozen = FrozenTree(round)
    columns = ("pk", "name", "code", "level", "kind", "path")
    units = reporting_units(round).order_by("path").values_list(*columns, named=True)
    count = 0
    for part in row_slices(units.iterator(chunk_size=SLICE)):
        bulk.insert_rows(Filing, FilingRow._fields, frozen.filing_rows(part))
        count += len(part)
    if not count:
        raise ValidationError(
            f"“{round.unit}”在 {round.reference_date} 没有可填报的单位。"
            "请先导入单位，或换一个基准日。"
        )
    return count


def reporting_units(round) -> QuerySet:
    """The units of the frozen tree: all that exist that day.

    Not among them are those left out, and communities of kinds that are not asked.
    """
    units = Unit.objects.within(round.unit).open(round.reference_date)
    units = units.filter(level__lte=Level.COMMUNITY)
    if round.kinds:
        units = units.filter(Q(level__lt=Level.COMMUNITY) | Q(kind__in=round.kinds))
    left_out = list(round.left_out.values_list("unit__path", flat=True))
    if left_out:
        units = units.exclude(tree.lies_inside(left_out))
    return units


def row_slices(rows) -> Iterator[list]:
    """Lists of SLICE rows."""
    while part := list(islice(rows, SLICE)):
        yield part


class FrozenTree:
    """What the filings made so far tell about the next: ids, levels and governance above a path."""

    def __init__(self, round) -> None:
        self.round, self.levels_asked = round, round_levels(round)
        self.made = {}
        self.sources = carried_rounds(round)
        *above, _ = tree.path_ids(round.unit.path)
        self.levels = dict(Unit.objects.filter(pk__in=above).values_list("pk", "level"))
        self.governance = governance_on(round.reference_date, round.unit)

    def filing_rows(self, units) -> list[FilingRow]:
        """The filings of a slice of units in tree order."""
        previous = self.previous_filings(units[0].path, units[-1].path)
        ids = bulk.reserve_ids(Filing, len(units))
        rows = []
        for pk, unit in zip(ids, units, strict=True):
            rows.append(self.filing_row(pk, unit, previous.get(unit.pk)))
        return rows

    def filing_row(self, pk, unit, previous) -> FilingRow:
        """The filing of one unit; of an upper one is kept what those below it need."""
        chain = tree.path_ids(unit.path)
        parent = nearest(self.made, chain[:-1])
        if unit.level < Level.COMMUNITY:
            self.made[unit.pk], self.levels[unit.pk] = pk, unit.level
        at_level = {self.levels.get(above): above for above in chain}
        return FilingRow(
            id=pk,
            round_id=self.round.pk,
            unit_id=unit.pk,
            parent_id=parent,
            previous_id=previous,
            name=short_name(unit),
            code=unit.code or "",
            level=unit.level,
            kind=unit.kind,
            governance=nearest(self.governance, chain) or "",
            asked=unit.level in self.levels_asked,
            path=unit.path,
            city_id=at_level.get(Level.CITY),
            district_id=at_level.get(Level.DISTRICT),
            street_id=at_level.get(Level.STREET),
            status=Status.DRAFT.value,
            version=0,
        )

    def previous_filings(self, first, last) -> dict[int, int]:
        """{unit: its latest filing in the rounds that are carried on}, between two paths."""
        earlier = Filing.objects.filter(
            unit__path__gte=first, unit__path__lte=last, round__in=self.sources
        )
        return dict(earlier.order_by("round__reference_date", "pk").values_list("unit_id", "pk"))


def nearest(known, chain) -> Any:
    """What is known of the last unit of a chain of which anything is; None where of none."""
    for unit in reversed(chain):
        if unit in known:
            return known[unit]
    return None


def carried_rounds(round) -> list[int]:
    """The rounds a new one may carry on.

    The one named, else earlier ones that asked as much, else all earlier ones: a yearly survey
    after a month that asked for funds only carries on the last yearly one.
    """
    if round.source_id:
        return [round.source_id]
    earlier = Round.objects.filter(reference_date__lt=round.reference_date)
    asked = {section.name for section in round_sections(round)}
    all_pks, full_pks = [], []
    for each in earlier:
        all_pks.append(each.pk)
        if asked <= {section.name for section in round_sections(each)}:
            full_pks.append(each.pk)
    return full_pks or all_pks


def short_name(unit) -> str:
    """The name people use, of a row that is not a Unit but has a name."""
    return Unit.short_name.fget(unit)


def governance_on(day, unit) -> dict[int, str]:
    """{unit: how it is run on that day} of the units at, above and below `unit` that say so."""
    related = Q(unit__in=tree.path_ids(unit.path)) | tree.lies_inside([unit.path], "unit__path")
    periods = GovernancePeriod.objects.filter(
        related, Q(until=None) | Q(until__gt=day), since__lte=day
    )
    return dict(periods.order_by("since").values_list("unit", "model"))
