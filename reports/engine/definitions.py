"""How measures are defined, as fingerprints: `migrate` finds out by them which stored numbers are stale.

A fingerprint is taken of the SQL that counts the measure alone, always as SQLite would be asked, so it is the same on
every database and in every process, and another measure of the same source does not change it.
"""

from functools import cache
from hashlib import sha256

from django.db import connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import timezone

from reports.engine.measures import all_measures, all_sources
from reports.models import MeasureDefinition, Measures, Recount
from surveys.models import Round


@cache
def neutral_connection() -> DatabaseWrapper:
    """A database in memory that is never asked anything: it lends its dialect."""
    settings = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    return DatabaseWrapper(settings, alias="neutral")


def measure_fingerprint(source, measure) -> str:
    """What the stored numbers of a measure follow from, as 64 digits; its label is no part of it."""
    rows = source.rows().order_by().values_list(source.filing)
    counted = rows.annotate(counted=measure.expression)
    text, parameters = counted.query.get_compiler(connection=neutral_connection()).as_sql()
    definition = repr((text, tuple(parameters), measure.rollup, measure.unit))
    return sha256(definition.encode()).hexdigest()


def measure_fingerprints() -> dict[str, str]:
    """{measure name: fingerprint} of this program."""
    found = {}
    for source in all_sources():
        for measure in source.measures:
            found[measure.name] = measure_fingerprint(source, measure)
    return found


def changed_measures(fingerprints: dict[str, str]) -> list[str]:
    """The measures that are defined otherwise than the database knows, new ones among them."""
    known = dict(MeasureDefinition.objects.values_list("name", "fingerprint"))
    changed = []
    for name, fingerprint in fingerprints.items():
        if known.get(name) != fingerprint:
            changed.append(name)
    return changed


@transaction.atomic
def take_over_definitions() -> list[Recount]:
    """Mark every round with stored measures where definitions changed, and store the new fingerprints.

    The program calls it after `migrate`. Returns the marks, none where nothing changed or nothing is stored yet.
    """
    fingerprints = measure_fingerprints()
    changed = changed_measures(fingerprints)
    MeasureDefinition.objects.exclude(name__in=fingerprints).delete()
    if not changed:
        return []
    store_fingerprints({name: fingerprints[name] for name in changed})
    stored = Measures.objects.order_by().values("round").distinct()
    rounds = Round.objects.filter(pk__in=stored)
    return [mark_for_recount(round, changed) for round in rounds]


def store_fingerprints(fingerprints: dict[str, str]) -> None:
    definitions = []
    for name, fingerprint in fingerprints.items():
        definitions.append(MeasureDefinition(name=name, fingerprint=fingerprint))
    MeasureDefinition.objects.bulk_create(
        definitions,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["fingerprint"],
    )


@transaction.atomic
def mark_for_recount(round: Round, names: list[str]) -> Recount:
    """Say of a round that these measures must be counted anew, from its first filing on."""
    now = timezone.now()
    mark, is_new = Recount.objects.select_for_update().get_or_create(
        round=round, defaults={"measures": names, "marked_at": now}
    )
    if not is_new:
        known = [name for name in mark.measures if name not in names]
        mark.measures = [*known, *names]
        mark.marked_at, mark.counted_to = now, 0
        mark.save()
    Round.objects.filter(pk=round.pk).update(is_recounted=True)
    return mark


def named_measures(names: list[str]) -> str:
    """What measures are called, in one line; one that is gone keeps its name."""
    measures = all_measures()
    if not names or measures.keys() <= set(names):
        return "全部指标"
    labels = []
    for name in names:
        labels.append(measures[name].label if name in measures else name)
    return "、".join(labels)
