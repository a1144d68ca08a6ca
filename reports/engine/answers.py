"""What rounds ask of their own, as numbers: kept by code in one JSON column beside the measures of every survey.

Only rounds that ask something pay for it, and no code ever means something else in another round.
"""

from communities.models import Level
from reports.models import AreaMeasures, Measures
from surveys.extras import answer_numbers, asked_own_items, own_measures
from surveys.models import ExtraRecord, Status

BATCH = 500


def refresh_answers(round, filings):
    """Write the numbers of these filings (ids, or a queryset of them) anew; for rounds that ask nothing, nothing."""
    if not round.asks_extras:
        return
    rows = Measures.objects.filter(filing__in=filings, level=Level.COMMUNITY)
    rows.update(extras=dict.fromkeys(measure.name for measure in own_measures(round)))
    asked = asked_own_items(round)
    records = ExtraRecord.objects.filter(filing__in=filings).values_list(
        "filing", *(each.column for each in asked)
    )
    part = []
    for pk, *values in records.iterator(chunk_size=BATCH):
        given = [answer_numbers(each, value) for each, value in zip(asked, values, strict=True)]
        part.append(
            Measures(
                pk=pk, extras={name: number for each in given for name, number in each.items()}
            )
        )
        if len(part) == BATCH:
            Measures.objects.bulk_update(part, ["extras"])
            part = []
    Measures.objects.bulk_update(part, ["extras"])


def roll_up_answers(round, filings):
    """Add them up for these upper filings, from the communities and the areas straight below: all, and approved ones."""
    if not round.asks_extras:
        return
    measures = own_measures(round)
    for approved in (False, True):
        sums = {pk: Sums(measures) for pk in filings}
        for above, answers in answers_below(filings, approved=approved):
            sums[above].count(answers or {})
        areas = AreaMeasures.objects.filter(filing__parent__in=filings, approved=approved)
        for above, summed in areas.values_list("filing__parent", "extras"):
            sums[above].add(summed or {})
        stored = list(
            AreaMeasures.objects.filter(filing__in=filings, approved=approved).only("pk", "filing")
        )
        for each in stored:
            each.extras = sums[each.filing_id].rolled_up
        AreaMeasures.objects.bulk_update(stored, ["extras"], batch_size=BATCH)


def answers_below(filings, *, approved):
    """(filing above, answers) of the communities straight below."""
    rows = Measures.objects.filter(parent__in=filings, level__gte=Level.COMMUNITY)
    rows = rows.filter(filing__status=Status.APPROVED) if approved else rows
    return rows.values_list("parent", "extras").iterator(chunk_size=BATCH)


class Sums:
    """The sum of each measure, unknown while nobody said it, and beside it how many have not.

    Of a mean too, with how many have said it: the mean of a city is that of its communities, not of its streets' means.
    """

    def __init__(self, measures):
        self.names = [measure.name for measure in measures]
        self.averaged = [measure.name for measure in measures if measure.averages]
        sums = (f"sum_{name}" if name in self.averaged else name for name in self.names)
        self.found = dict.fromkeys(sums) | {f"no_{name}": 0 for name in self.names}
        self.found |= {f"said_{name}": 0 for name in self.averaged}

    def count(self, answers):
        """One community."""
        silent = {name: answers.get(name) is None for name in self.names}
        more = {f"no_{name}": int(silent[name]) for name in self.names}
        for name in self.averaged:
            more |= {f"sum_{name}": answers.get(name), f"said_{name}": int(not silent[name])}
        self.add(answers | more)

    def add(self, summed):
        """One area below."""
        for name in self.found:
            if (value := summed.get(name)) is not None:
                self.found[name] = (self.found[name] or 0) + value

    @property
    def rolled_up(self):
        """What is stored of the area."""
        return self.found | {name: self.mean(name) for name in self.averaged}

    def mean(self, name):
        said = self.found[f"said_{name}"]
        return self.found[f"sum_{name}"] / said if said else None
