"""Figures against their own past, against peers of the same size, and against the unit above; from one query of measures."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from communities.models import Level
from reports.engine.measures import all_measures
from reports.models import Measures
from review.outliers.found import Others, Outlier, OutlierKind
from surveys.number_text import format_number
from surveys.sections import all_sections

COMPARED = (
    *(
        "households",
        "residents",
        "registered_residents",
        "floating_residents",
        "residents_aged_60",
        "disabled_residents",
    ),
    *(
        "low_income_households",
        "estates",
        "volunteers",
        "staff_in_community",
        "staff_pay_total",
        "party_members",
    ),
    *("committee_members", "office_area", "activity_area", "service_centre_area"),
    *("funding_budgeted", "funding_received", "computers"),
)
BELOW = ("grids_declared", "grids", "grid_households")
NAMES = (*COMPARED, *BELOW)
YEARS, PAST = (
    timedelta(days=6 * 366),
    3,
)  # how far back, and how many earlier values make a past of one's own
PEERS, ENOUGH = (
    40,
    8,
)  # communities of neighbouring size that are compared; fewer than ENOUGH say nothing


@dataclass(frozen=True)
class Figures:
    """The measures of one filing."""

    filing: int
    parent: int | None
    unit: int
    level: int
    path: str
    name: str
    values: dict


def span(round):
    """The conditions on rows of the rounds that are compared."""
    day = round.reference_date
    return {"round__reference_date__lte": day, "round__reference_date__gt": day - YEARS}


def read(round, user):
    """(this round's [Figures], {unit: earlier values, oldest first}) of all that the reader has in sight; one query."""
    rows = Measures.objects.visible_to(user).filter(level__lte=Level.COMMUNITY, **span(round))
    wanted = (
        "round_id",
        "filing_id",
        "parent_id",
        "filing__unit_id",
        "level",
        "path",
        "filing__name",
        *NAMES,
    )
    now, past = [], defaultdict(list)
    for at, *head, values in split(rows.order_by("round__reference_date").values_list(*wanted)):
        if at == round.pk:
            now.append(Figures(*head, values))
        else:
            past[head[2]].append(values)
    return now, past


def split(rows):
    return ((*row[:7], dict(zip(NAMES, row[7:], strict=True))) for row in rows)


def against_past(found, past):
    """Figures unlike those of the same community in the years before."""
    for each in found:
        for name in COMPARED:
            value = each.values[name]
            before = [old[name] for old in past.get(each.unit, ()) if old[name] is not None]
            if value is None or len(before) < PAST or min(before) <= 2 * value <= 4 * max(before):
                continue  # within a factor of two of a value it had, nothing is odd
            others = Others(before)
            if odd := others.oddness(value):
                span = f"{said(min(before), name)} 至 {said(max(before), name)}"
                yield about(
                    each,
                    name,
                    OutlierKind.HISTORY,
                    f"前 {len(before)} 期 {span}，{factor(value, others.middle)}",
                    odd,
                )


def against_peers(found):
    """Figures unlike those of the communities of about as many households."""
    sized = [each for each in found if each.level == Level.COMMUNITY and each.values["households"]]
    for peers in blocks(sorted(sized, key=lambda each: each.values["households"])):
        first, last = (format_number(peers[at].values["households"]) for at in (0, -1))
        for name in COMPARED[1:]:
            known = [(each, each.values[name]) for each in peers if each.values[name] is not None]
            known = without_usual_zeros(known)
            if len(known) < ENOUGH:
                continue
            others = Others([value for _, value in known])
            middle = (
                f"{len(known)} 个同规模社区（{first}–{last} 户）中位数 {said(others.middle, name)}"
            )
            for each, value in known:
                if odd := others.oddness(value):
                    yield about(
                        each,
                        name,
                        OutlierKind.PEERS,
                        f"{middle}，{factor(value, others.middle)}",
                        odd,
                    )


def without_usual_zeros(known):
    """Where a tenth of the peers have none at all, such as those that share another's branch, zero is nothing odd."""
    some = [(each, value) for each, value in known if value]
    return some if 10 * (len(known) - len(some)) >= len(known) else known


def blocks(ordered):
    """Neighbours in size, PEERS at a time; a short rest goes with the last."""
    count = max(1, len(ordered) // PEERS)
    size = -(-len(ordered) // count) if ordered else 1
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]


def against_above(found):
    """A community against its grids, a street's own count of Party members against those of its communities."""
    members = defaultdict(float)
    for each in found:
        values = each.values
        if each.level == Level.COMMUNITY:
            members[each.parent] += values["party_members"] or 0
            yield from pair(each, "households", values["grid_households"], "各网格户数之和")
            yield from pair(each, "grids_declared", values["grids"], "在册网格")
    for each in found:
        own = each.values["party_members"]
        if each.level == Level.STREET and own and own < members[each.filing]:
            why = f"所辖社区之和 {said(members[each.filing], 'party_members')}，比本级还多"
            yield about(each, "party_members", OutlierKind.ABOVE, why, 10)


def pair(each, name, parts, what):
    value = each.values[name]
    if value is not None and parts is not None and value != parts:
        why = f"{what} {said(parts, name)}，{'少' if parts < value else '多'} {said(abs(parts - value), name)}"
        yield about(each, name, OutlierKind.ABOVE, why, 10 * abs(value - parts) / max(value, parts))


def about(each, name, kind, why, weight):
    value = said(each.values[name], name)
    return Outlier(
        kind, each.filing, name, all_measures()[name].label, value, why, weight, section_of(name)
    )


def said(value, name):
    return f"{format_number(value)} {all_measures()[name].unit}"


def factor(value, middle):
    """`是它的 10 倍`, in words that also fit less."""
    if not middle or not value:
        return "相差很大"
    return f"是它的 {value / middle:.1f} 倍" if value > middle else f"只有它的 {value / middle:.0%}"


def section_of(name):
    """The section whose rows a measure is counted from."""
    sections = (
        (s.name, m.name) for s in all_sections() for source in s.measures for m in source.measures
    )
    return next((section for section, measure in sections if measure == name), "")
