"""Measures of whole rounds are counted anew where their definitions changed, some hundred filings a transaction.

A closed or approved round too: a corrected reading is no changed requirement. Issued reports keep their bytes.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry
from reports.engine.answers import refresh_answers
from reports.engine.definitions import named_measures
from reports.engine.measure_counting import count_measures
from reports.engine.tallies import mark_stale, refresh_roll_ups
from reports.models import Recount
from surveys.actions.opening import note_round
from surveys.models import Filing, Round

PART = 500  # filings a transaction: nobody's save waits longer than for these
VERB = "重算指标"
LINES = 10  # announcements on a page


def recount_filings(round: Round, ids: list[int]) -> None:
    """Count the measures of these filings and mark the areas above them; in the caller's transaction."""
    filings = Filing.objects.filter(pk__in=ids)
    # Whoever saves one of them meanwhile waits, else an older count would be written over a newer.
    locked = filings.order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))
    count_measures(ids)
    refresh_answers(round, ids)
    mark_stale(Filing.objects.filter(Q(pk__in=ids) | Q(previous__in=ids)))


@transaction.atomic
def recount_next_part(round: Round) -> int:
    """Count the next filings of a marked round; how many, 0 where all are counted or the mark is gone."""
    mark = Recount.objects.select_for_update().filter(round=round).first()
    if mark is None:
        return 0
    following = round.filings.filter(pk__gt=mark.counted_to).order_by("pk")
    ids = list(following.values_list("pk", flat=True)[:PART])
    if not ids:
        return 0
    recount_filings(round, ids)
    mark.counted_to = ids[-1]
    mark.save()
    return len(ids)


def recount_round(round: Round) -> Iterator[int]:
    """Count a marked round to its end; yields how many filings are counted, after each part."""
    counted = counted_before(round)
    while number := recount_next_part(round):
        counted += number
        yield counted
    finish_recount(round)


def counted_before(round: Round) -> int:
    """How many filings an interrupted run has counted already."""
    mark = Recount.objects.filter(round=round).first()
    if mark is None:
        return 0
    return round.filings.filter(pk__lte=mark.counted_to).count()


def finish_recount(round: Round) -> bool:
    """Bring the roll-ups up to date, take the mark away and say so in the trail.

    False where filings were left, for the round was marked anew or somebody else has finished it.
    """
    top = Filing.objects.select_related("round").get(round=round, parent=None)
    refresh_roll_ups(top)
    with transaction.atomic():
        mark = Recount.objects.select_for_update().filter(round=round).first()
        if mark is None or round.filings.filter(pk__gt=mark.counted_to).exists():
            return False
        changes = {
            "指标": [None, named_measures(mark.measures)],
            "填报表": [None, f"{round.filings.count():,} 份"],
        }
        mark.delete()
        Round.objects.filter(pk=round.pk).update(is_recounted=False, recounted_at=timezone.now())
        note_round(round, VERB, changes, None)
    return True


def recount_area(filing: Filing) -> Iterator[int]:
    """Count the filings of one area alone; yields how many are counted. The round keeps its mark."""
    below = Filing.objects.within(filing).filter(round=filing.round_id).order_by("pk")
    ids = list(below.values_list("pk", flat=True))
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        with transaction.atomic():
            recount_filings(filing.round, part)
        yield start + len(part)
    refresh_roll_ups(filing)


def marked_rounds() -> QuerySet:
    """The rounds that wait to be counted anew, the newest first."""
    marked = Recount.objects.values("round")
    return Round.objects.filter(pk__in=marked).select_related("unit")


def recount_a_part() -> bool:
    """What the worker does when no job waits: one part of one marked round. False where none is marked."""
    round = marked_rounds().first()
    if round is None:
        return False
    if not recount_next_part(round):
        finish_recount(round)
    return True


def recount_announcements(round: Round) -> list[AuditEntry]:
    """The newest lines of 变更说明: which measures of a round were counted anew, and when."""
    if round.recounted_at is None:
        return []
    lines = AuditEntry.objects.filter(target=f"round:{round.pk}", verb=VERB)
    return list(lines[:LINES])
