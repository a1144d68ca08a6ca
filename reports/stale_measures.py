"""Whether stored measures follow from the definitions of this program: asked after `migrate`, and said by a check."""

from django.core.checks import Warning
from django.db import DEFAULT_DB_ALIAS, connection

from reports.engine.definitions import (
    changed_measures,
    measure_fingerprints,
    named_measures,
    take_over_definitions,
)
from reports.models import Measures, Recount

HINT = (
    "运行 manage.py refresh_measures，或开着 manage.py work_jobs（JOBS=worker）、重启网页进程，"
    "由它们重算；重算完之前，页面上写着“正在重算”。"
)


def is_migrated() -> bool:
    """Whether the tables are there; a migration backwards may have taken them away."""
    return Recount._meta.db_table in connection.introspection.table_names()


def tell_of_changed_definitions(sender, *, using, verbosity=1, **kwargs) -> None:
    """Mark what `migrate` has made stale, and name it to who runs it."""
    if using != DEFAULT_DB_ALIAS or not is_migrated():
        return
    for mark in take_over_definitions():
        if verbosity:
            print(f"  {stale_sentence(mark)}{HINT}")


def stale_sentence(mark: Recount) -> str:
    return f"“{mark.round}”的指标待重算：{named_measures(mark.measures)}。"


def measures_are_counted(app_configs, databases=None, **kwargs) -> list[Warning]:
    """Name the measures that are stale; asked by `migrate` and `check --database`."""
    if DEFAULT_DB_ALIAS not in (databases or []) or not is_migrated():
        return []
    warnings = []
    for mark in Recount.objects.select_related("round"):
        warnings.append(Warning(stale_sentence(mark), hint=HINT, id="reports.W001"))
    changed = changed_measures(measure_fingerprints())
    if changed and Measures.objects.exists():
        sentence = f"指标的定义变了，还没有标记：{named_measures(changed)}。"
        hint = "运行 manage.py migrate，它会标记待重算的填报期。"
        warnings.append(Warning(sentence, hint=hint, id="reports.W002"))
    return warnings
