"""What reports does when filings were saved: called by surveys.actions inside the transaction of the save."""

from functools import partial

from django.db import transaction
from django.db.models import Q

from communities.bulk import analyze_table, in_chunks
from reports.engine.answers import refresh_answers
from reports.engine.measure_counting import count_measures
from reports.engine.tallies import mark_stale, refresh_roll_ups
from reports.models import Measures
from surveys.models import Filing


def follow_save(round, filing_ids) -> None:
    """Count the measures of the saved filings (a list of ids, or a queryset of them) anew and mark their streets.

    What many filings brought is tallied once the save is committed; after one alone, by whoever reads next: a clerk
    who fills in a form saves a hundred times before anybody looks.
    """
    is_list = isinstance(filing_ids, list)
    parts = in_chunks(filing_ids) if is_list else [filing_ids]
    for part in parts:
        count_measures(part)
        refresh_answers(round, part)
        # Some rules compare with the round before, so the next round's roll-ups follow this one too.
        mark_stale(Filing.objects.filter(Q(pk__in=part) | Q(previous__in=part)))
    if not is_list:
        analyze_table(Measures, "round_id", "parent_id", "level", "path")
    elif len(filing_ids) == 1:
        return
    transaction.on_commit(partial(refresh_whole_round, round))


def refresh_whole_round(round) -> None:
    top = Filing.objects.select_related("round").get(round=round, parent=None)
    refresh_roll_ups(top)
