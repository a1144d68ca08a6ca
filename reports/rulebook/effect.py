"""What a standard not yet saved would do to the last round.

Judged beside the version in force, nothing written.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from communities.models import Level, Unit
from communities.tree import lies_inside
from reports.engine import judging
from reports.engine.compliance import NUMBERED_VERDICTS, Verdict
from reports.engine.judged_query import JudgedQuery
from reports.engine.rules import Rule
from reports.models import Standard
from reports.rulebook.reach import region_path
from surveys.models import Filing, Round

# Keys no stored standard has: by them the evaluator knows the unsaved rules, and those they are
# held against.
NEW, OLD = 10**12, 10**12 + 1
SHOWN = 50


@dataclass
class RuleEffect:
    """What would change in one round: {(verdict before, after): communities}, and who would change.

    `changed` are (filing, verdict before, after, actual, gap) of the first SHOWN of them.
    """

    round: Round | None = None
    moves: Counter = field(default_factory=Counter)
    changed: list = field(default_factory=list)
    before: Standard | None = None

    @property
    def judged(self):
        """How many communities were judged."""
        return sum(self.moves.values())

    @property
    def number(self):
        """How many communities would change verdict."""
        return sum(count for _, _, count in self.lines)

    @property
    def unchanged(self):
        """How many communities would not."""
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
        """How many of those that would change are not in `changed`."""
        return max(self.number - SHOWN, 0)


class RuleFamily(NamedTuple):
    """A standard with the parts it would consist of; the evaluator knows the whole by `key`."""

    whole: Standard
    key: int
    parts: list


def last_communities(user, standard):
    """(the newest round in sight of this person that has communities in a standard's region, those)"""
    path = region_path(standard)
    communities = Filing.objects.visible_to(user).communities()
    if path is None:
        return None, communities.none()
    if path != "/":
        communities = communities.filter(lies_inside([path]))
    newest_first = communities.order_by("-round__reference_date", "round")
    newest = newest_first.values_list("round", flat=True).first()
    return Round.objects.filter(pk=newest).first(), communities.filter(round=newest)


def effect_of_standard(user, new, parts=None):
    """The RuleEffect of `new` in place of the version of its code in force in the last round.

    `parts`: the standards a composite would consist of; those it has where none are given.
    """
    round, communities = last_communities(user, new)
    if not round or new.level < Level.COMMUNITY:
        return RuleEffect(round)
    if parts is None:
        parts = parts_of(new)
    families = [RuleFamily(new, NEW, parts)]
    versions = Standard.objects.filter(code=new.code).in_force(round.reference_date)
    old = versions.filter(why_not="").first()
    if old:
        families.append(RuleFamily(old, OLD, parts_of(old)))
    return compare_verdicts(RuleEffect(round, before=old), family_rules(families), communities)


def parts_of(standard):
    """The stored parts of a version, or those of the version it was made from."""
    stored = standard.pk or standard.replaces
    if not stored or standard.actual:
        return []
    return list(Standard.objects.filter(parent=stored))


def family_rules(families):
    """The evaluator's rules of wholes and their parts, each once."""
    standards = []
    for family in families:
        standards += [family.whole, *family.parts]
    codes = {standard.region_code for standard in standards if standard.region_code}
    regions = dict(Unit.objects.filter(code__in=codes).values_list("code", "path"))
    by_key = {}
    for family in families:
        for part in family.parts:
            by_key[part.pk] = as_rule(part, part.pk, regions)
    for family in families:
        children = [part.pk for part in family.parts]
        by_key[family.key] = as_rule(family.whole, family.key, regions, children)
    return tuple(by_key.values())


def as_rule(standard, key, regions, children=()):
    """The evaluator's rule of a standard, stored or not; `regions` are {code: tree path}."""
    path = regions.get(standard.region_code)
    return Rule(
        key,
        standard.actual,
        standard.lower,
        standard.upper,
        standard.applies_when,
        tuple(standard.kinds),
        standard.governance,
        (path,) if path else (),
        () if standard.actual else tuple(children),
    )


def compare_verdicts(effect, rules, communities):
    """The effect, filled from both verdicts of every community; one query."""
    query = JudgedQuery.of(communities, rules)
    rows = query.order_by(query.FILING).rows(
        filing=query.FILING,
        before=query.verdict(OLD) if effect.before else str(judging.NOT_APPLICABLE),
        after=query.verdict(NEW),
        actual=query.actual(NEW),
        gap=query.gap(NEW),
    )
    changed = []
    for row in rows:
        before, after = NUMBERED_VERDICTS[row.before], NUMBERED_VERDICTS[row.after]
        effect.moves[before, after] += 1
        if before != after and len(changed) < SHOWN:
            changed.append((row.filing, before, after, row.actual, row.gap))
    filings = Filing.objects.select_related("parent").in_bulk([pk for pk, *_ in changed])
    effect.changed = [(filings[pk], *facts) for pk, *facts in changed]
    return effect
