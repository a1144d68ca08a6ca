"""What rounds ask of their own, as numbers: kept by code in one JSON column beside the measures of every survey.

Only rounds that ask something pay for it, and no code ever means something else in another round.
"""

from collections.abc import Iterator

from communities.models import Level
from reports.models import AreaMeasures, Measures
from surveys.extras import answer_numbers, asked_own_items, own_measures
from surveys.models import ExtraRecord, Status

BATCH = 500


def refresh_answers(round, filings) -> None:
    """Write the numbers of these filings (ids, or a queryset of them) anew; for rounds that ask nothing, nothing."""
    if not round.asks_extras:
        return
    rows = Measures.objects.filter(filing__in=filings, level=Level.COMMUNITY)
    rows.update(extras=dict.fromkeys(measure.name for measure in own_measures(round)))
    asked = asked_own_items(round)
    columns = [item.column for item in asked]
    records = ExtraRecord.objects.filter(filing__in=filings).values_list("filing", *columns)
    part = []
    for pk, *values in records.iterator(chunk_size=BATCH):
        part.append(Measures(pk=pk, extras=numbers_of_answers(asked, values)))
        if len(part) == BATCH:
            Measures.objects.bulk_update(part, ["extras"])
            part = []
    Measures.objects.bulk_update(part, ["extras"])


def numbers_of_answers(items, values) -> dict[str, float | None]:
    """{code: number} of the answers of one community, in the order of the items."""
    numbers = {}
    for item, value in zip(items, values, strict=True):
        numbers.update(answer_numbers(item, value))
    return numbers


def roll_up_answers(round, filings: list[int]) -> None:
    """Add them up for these upper filings, from the communities and the areas straight below: all, and approved ones."""
    if not round.asks_extras:
        return
    measures = own_measures(round)
    for approved in (False, True):
        sums = {pk: AnswerSums(measures) for pk in filings}
        for above, answers in answers_below(filings, approved=approved):
            sums[above].count(answers or {})
        areas = AreaMeasures.objects.filter(approved=approved)
        below = areas.filter(filing__parent__in=filings)
        for above, summed in below.values_list("filing__parent", "extras"):
            sums[above].add(summed or {})
        stored = list(areas.filter(filing__in=filings).only("pk", "filing"))
        for area in stored:
            area.extras = sums[area.filing_id].rolled_up
        AreaMeasures.objects.bulk_update(stored, ["extras"], batch_size=BATCH)


def answers_below(filings, *, approved: bool) -> Iterator[tuple]:
    """(filing above, answers) of the communities straight below."""
    rows = Measures.objects.filter(parent__in=filings, level__gte=Level.COMMUNITY)
    if approved:
        rows = rows.filter(filing__status=Status.APPROVED)
    return rows.values_list("parent", "extras").iterator(chunk_size=BATCH)


class AnswerSums:
    """The sum of each measure, unknown while nobody said it, and beside it how many have not.

    Of a mean too, with how many have said it: the mean of a city is that of its communities, not of its streets' means.
    """

    def __init__(self, measures) -> None:
        self.names = [measure.name for measure in measures]
        self.averaged = [measure.name for measure in measures if measure.averages]
        self.found = {}
        for name in self.names:
            self.found[f"sum_{name}" if name in self.averaged else name] = None
        for name in self.names:
            self.found[f"no_{name}"] = 0
        for name in self.averaged:
            self.found[f"said_{name}"] = 0

    def count(self, answers: dict) -> None:
        """Add one community."""
        numbers = dict(answers)
        for name in self.names:
            numbers[f"no_{name}"] = int(answers.get(name) is None)
        for name in self.averaged:
            numbers[f"sum_{name}"] = answers.get(name)
            numbers[f"said_{name}"] = int(answers.get(name) is not None)
        self.add(numbers)

    def add(self, summed: dict) -> None:
        """Add one area below."""
        for name in self.found:
            value = summed.get(name)
            if value is not None:
                self.found[name] = (self.found[name] or 0) + value

    @property
    def rolled_up(self) -> dict:
        """What is stored of the area."""
        means = {name: self.mean(name) for name in self.averaged}
        return self.found | means

    def mean(self, name: str) -> float | None:
        said = self.found[f"said_{name}"]
        if not said:
            return None
        return self.found[f"sum_{name}"] / said
