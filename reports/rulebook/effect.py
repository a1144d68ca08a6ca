"""What a standard not yet saved would do to the last round: judged beside the version in force, nothing written."""

from collections import Counter
from dataclasses import dataclass, field

from communities.models import Level, Unit
from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS, Verdict
from reports.engine.judging import Rule
from reports.models import Standard
from reports.rulebook.reach import region_path
from surveys.models import Filing, Round

# Keys no stored standard has: the evaluator knows the unsaved rules, and those they are held against, by them.
NEW, OLD = 10**12, 10**12 + 1
SHOWN = 50


@dataclass
class Effect:
    """What would change in one round: {(verdict before, after): communities}, and the communities themselves."""

    round: Round | None = None
    moves: Counter = field(default_factory=Counter)
    changed: list = field(default_factory=list)
    before: Standard | None = None

    @property
    def judged(self):
        return sum(self.moves.values())

    @property
    def number(self):
        """How many communities would change verdict."""
        return sum(count for (old, new), count in self.moves.items() if old != new)

    @property
    def kept(self):
        return self.judged - self.number

    @property
    def lines(self):
        """(before, after, how many) of those that change, the most first."""
        return [(old, new, count) for (old, new), count in self.moves.most_common() if old != new]

    @property
    def after(self):
        """(verdict, how many before, how many after), in the usual order."""
        before, after = Counter(), Counter()
        for (old, new), count in self.moves.items():
            before[old] += count
            after[new] += count
        return [(verdict, before[verdict], after[verdict]) for verdict in Verdict]

    @property
    def left_off(self):
        return max(self.number - SHOWN, 0)


def last_communities(user, standard):
    """(the newest round in sight of this person that reaches the standard's region, its communities there)."""
    path = region_path(standard)
    communities = Filing.objects.visible_to(user).communities()
    if path is None:
        return None, communities.none()
    if path != "/":
        communities = communities.filter(lies_inside([path]))
    newest = (
        communities.order_by("-round__reference_date", "round")
        .values_list("round", flat=True)
        .first()
    )
    return Round.objects.filter(pk=newest).first(), communities.filter(round=newest)


def as_rule(standard, key, regions, children=()):
    """The evaluator's rule of a standard, stored or not; `regions` are {code: tree path}."""
    path = regions.get(standard.region_code)
    formulas = (standard.actual, standard.lower, standard.upper, standard.applies_when)
    parts = () if standard.actual else tuple(children)
    return Rule(
        key, *formulas, tuple(standard.kinds), standard.governance, (path,) if path else (), parts
    )


def effect(user, new, parts=None):
    """How the verdicts of the last round would be with `new` in place of the version of its code in force then.

    `parts`: the standards a composite would consist of; those it has where none are given.
    """
    round, communities = last_communities(user, new)
    if not round or new.level < Level.COMMUNITY:
        return Effect(round)
    old = (
        Standard.objects.filter(code=new.code)
        .in_force(round.reference_date)
        .filter(why_not="")
        .first()
    )
    families = [(new, NEW, parts_of(new) if parts is None else parts)] + (
        [(old, OLD, parts_of(old))] if old else []
    )
    return compared(Effect(round, before=old), rules(families), communities)


def parts_of(standard):
    """The stored parts of a version, or those of the version it was made from."""
    of = standard.pk or standard.replaces
    return list(Standard.objects.filter(parent=of)) if of and not standard.actual else []


def rules(families):
    """The evaluator's rules of wholes and their parts, each once."""
    standards = [each for whole, _, parts in families for each in (whole, *parts)]
    codes = {standard.region_code for standard in standards if standard.region_code}
    regions = dict(Unit.objects.filter(code__in=codes).values_list("code", "path"))
    made = {part.pk: as_rule(part, part.pk, regions) for _, _, parts in families for part in parts}
    made |= {
        key: as_rule(whole, key, regions, [part.pk for part in parts])
        for whole, key, parts in families
    }
    return tuple(made.values())


def compared(found, given, communities):
    """Both verdicts of every community, in one query."""
    old = f"j.v{OLD}" if found.before else str(judging.NOT_APPLICABLE)
    rows = judging.select(
        given, communities, f"j.filing_id, {old}, j.v{NEW}, j.a{NEW}, j.g{NEW}", "ORDER BY 1"
    )
    moved = []
    for pk, before, after, *facts in rows:
        found.moves[NUMBERED_VERDICTS[before], NUMBERED_VERDICTS[after]] += 1
        if before != after:
            moved.append((pk, NUMBERED_VERDICTS[before], NUMBERED_VERDICTS[after], *facts))
    names = Filing.objects.select_related("parent").in_bulk([pk for pk, *_ in moved[:SHOWN]])
    found.changed = [(names[pk], *rest) for pk, *rest in moved[:SHOWN]]
    return found
