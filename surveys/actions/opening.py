"""Opening a round: the tree of the reference date frozen into filings, last round's records carried forward.

Done in slices along the tree's order, never a query a unit: a nation has 650,000 of them.
"""

import calendar
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
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
COLUMNS = (
    *(
        "id",
        "round_id",
        "unit_id",
        "parent_id",
        "previous_id",
        "name",
        "code",
        "level",
        "kind",
        "governance",
    ),
    *("asked", "path", "city_id", "district_id", "street_id", "status", "version"),
)
COPIED_LEVELS = (Level.CITY, Level.DISTRICT, Level.STREET)


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
):
    """Start a survey of `unit` and all below it for a period, or plan one that opens later.

    The tree as of the reference date (by default the last day of the period) becomes one filing a unit, down to the
    community. `dues` is {level: until when}, `sections` are names and `kinds` kinds of communities, all by default;
    `left_out` is {unit: why it does not report}, with all below it. Each filing carries what the same unit reported
    last, or in the round `source`: the sections `carried`, by default all that are asked. Raises ValidationError with
    a sentence.
    """
    check_period(period)
    round = Round(
        unit=unit,
        period=period,
        title=title or title_of(unit, period),
        reference_date=reference_date or last_day(period),
        opens_at=opens_at or opening(due_at),
        due_at=due_at,
        section_names=known_names(sections),
        kinds=[*kinds],
        source=source,
        **{DUE_FIELDS[level]: until for level, until in (dues or {}).items()},
    )
    asked = [section.name for section in round_sections(round)]
    round.carried = [name for name in asked if carried is None or name in carried]
    round.full_clean()
    round.save()
    leave_out(round, left_out or {})
    made = freeze(round)
    bulk.analyze_table(Filing, "round_id", "unit_id", "parent_id", "previous_id", "level", "path")
    for name in round.carried:
        carry_forward(round_section(round, name), round)
    saved(round, round.filings.values("pk"))
    note_opening(round, made, by)
    tell_clerks(round, by)
    return round


def title_of(unit, period):
    """月督办、季汇报、年总结: what offices call a survey of that length."""
    call = {"Q": "社区工作季度汇报", "M": "社区工作月督办"}.get(period[4:5], "社区调查")
    return f"{unit.short_name}{period_label(period)}{call}"


def known_names(sections):
    """Section names in the order of the survey; [] where all are meant."""
    names = [section.name for section in all_sections()]
    if unknown := [name for name in sections if name not in names]:
        raise ValidationError(f"没有名为“{'、'.join(unknown)}”的分项，应为：{'、'.join(names)}。")
    chosen = [name for name in names if name in sections]
    return [] if chosen == names else chosen


def leave_out(round, units):
    """Note who does not report, and why; each must lie below the round's own unit."""
    for unit, reason in units.items():
        if unit.pk == round.unit_id or not unit.path.startswith(round.unit.path):
            raise ValidationError(f"“{unit}”不在“{round.unit}”之下，不用写进不填报的单位。")
        without = LeftOut(round=round, unit=unit, reason=reason.strip())
        without.full_clean(validate_unique=False)
        without.save()


def note_opening(round, filings, by):
    words = {each.name: each.label for each in round_sections(round)}
    left_out = [f"{each.unit}（{each.reason}）" for each in round.left_out.select_related("unit")]
    told = {
        "填报期": round.period,
        "填报表": filings,
        "截止时间": minute(round.due_at),
        "填报分项": "、".join(words.values()) if round.section_names else "",
        "带入上期": "、".join(words[name] for name in round.carried)
        if round.carried != [*words]
        else "",
        "不填报": "、".join(left_out),
    }
    note_round(
        round, "开设填报期", {label: [None, value] for label, value in told.items() if value}, by
    )


def note_round(round, verb, changes, by):
    """A line of the trail about a round."""
    source = AuditSource.PAGE if by else AuditSource.COMMAND
    about = {"what": round.title, "path": round.unit.path, "target": f"round:{round.pk}"}
    write_entries(audit_entry(by=by, verb=verb, source=source, changes=changes, **about))


def minute(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def tell_clerks(round, by):
    """Everybody who fills in for the area learns of it, once."""
    if round.due_at <= timezone.now():
        return
    text = f"“{round.title}”{minute(round.opens_at)} 开始填报，{minute(round.due_at)} 截止。"
    notice = {"kind": Message.Kind.NOTICE, "text": text, "round": round, "by": by}
    deliver([Message(to=person, **notice) for person in clerks_in(round.unit) if person != by])


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
    """From now on; a round of the past, typed in later, opened on the morning of a day two months before it was due."""
    now = timezone.now()
    two_months_before = timezone.localtime(due_at - timedelta(days=60))
    return now if now < due_at else two_months_before.replace(hour=0, minute=0, second=0)


def freeze(round):
    """One filing per unit that exists on the reference date, parents before children; how many there are."""
    frame = Frame(round)
    columns = ("pk", "name", "code", "level", "kind", "path")
    units = reporting(round)
    rows = units.order_by("path").values_list(*columns, named=True).iterator(chunk_size=SLICE)
    for part in slices(rows):
        bulk.insert_rows(Filing, COLUMNS, frame.filings(part))
        frame.count += len(part)
    if not frame.count:
        raise ValidationError(
            f"“{round.unit}”在 {round.reference_date} 没有可填报的单位。请先导入单位，或换一个基准日。"
        )
    return frame.count


def reporting(round):
    """The units of the frozen tree: all that exist that day, but for those left out and for kinds not asked."""
    units = (
        Unit.objects.within(round.unit)
        .open(round.reference_date)
        .filter(level__lte=Level.COMMUNITY)
    )
    if round.kinds:
        units = units.filter(Q(level__lt=Level.COMMUNITY) | Q(kind__in=round.kinds))
    without = tree.lies_inside(round.left_out.values_list("unit__path", flat=True))
    return units.exclude(without) if round.left_out.exists() else units


def slices(rows):
    """Lists of SLICE rows."""
    rows = iter(rows)
    while part := [row for _, row in zip(range(SLICE), rows, strict=False)]:
        yield part


class Frame:
    """What the filings made so far tell about the next ones: whose id, level and governance stand above a path."""

    def __init__(self, round):
        self.round, self.count, self.made, self.levels_asked = round, 0, {}, round_levels(round)
        self.sources = sources(round)
        above = tree.path_ids(round.unit.path)[:-1]
        self.levels = dict(Unit.objects.filter(pk__in=above).values_list("pk", "level"))
        self.governance = governance_on(round.reference_date, round.unit)

    def filings(self, units):
        """The rows of COLUMNS for a slice of units in tree order."""
        previous = self.previous(units[0].path, units[-1].path)
        ids = bulk.reserve_ids(Filing, len(units))
        return [
            self.filing(pk, unit, previous.get(unit.pk))
            for pk, unit in zip(ids, units, strict=True)
        ]

    def filing(self, pk, unit, previous):
        chain = tree.path_ids(unit.path)
        parent = next((self.made[above] for above in chain[-2::-1] if above in self.made), None)
        governance = next((self.governance[i] for i in reversed(chain) if i in self.governance), "")
        if unit.level < Level.COMMUNITY:
            self.made[unit.pk], self.levels[unit.pk] = pk, unit.level
        at = {self.levels.get(above): above for above in chain}
        return (
            *(
                pk,
                self.round.pk,
                unit.pk,
                parent,
                previous,
                short_name(unit),
                unit.code or "",
                unit.level,
                unit.kind,
            ),
            *(
                governance,
                unit.level in self.levels_asked,
                unit.path,
                *(at.get(level) for level in COPIED_LEVELS),
                Status.DRAFT.value,
                0,
            ),
        )

    def previous(self, first, last):
        """{unit: its latest filing in the rounds that are carried on} for the units between two paths."""
        earlier = Filing.objects.filter(
            unit__path__gte=first, unit__path__lte=last, round__in=self.sources
        )
        return dict(earlier.order_by("round__reference_date", "pk").values_list("unit_id", "pk"))


def sources(round):
    """The rounds a new one may carry on: the one named, else earlier ones that asked as much, else all earlier ones.

    A yearly survey after a month that asked for funds only carries on the last yearly one.
    """
    if round.source_id:
        return [round.source_id]
    earlier = list(Round.objects.filter(reference_date__lt=round.reference_date))
    asked = {section.name for section in round_sections(round)}
    full = [
        each for each in earlier if not asked - {section.name for section in round_sections(each)}
    ]
    return [each.pk for each in full or earlier]


def short_name(unit):
    """The name people use, of a row that is not a Unit but has a name."""
    return Unit.short_name.fget(unit)


def governance_on(day, unit):
    """{unit: how it is run on that day} for the units at, above and below `unit` that say so themselves."""
    related = Q(unit__in=tree.path_ids(unit.path)) | tree.lies_inside([unit.path], "unit__path")
    periods = GovernancePeriod.objects.filter(
        related, Q(until=None) | Q(until__gt=day), since__lte=day
    )
    return dict(periods.order_by("since").values_list("unit", "model"))
