"""The size classes of communities by their households, as a query expression and as SQL text."""

from django.db import connection
from django.db.models import Case, IntegerField, Value, When

from communities.models import Level
from reports.models import Measures

# Households, as standards and officials cut them; each class ends below its bound.
SIZES = [
    (500, "500 户以下"),
    (1_000, "500–999 户"),
    (2_000, "1,000–1,999 户"),
    (3_000, "2,000–2,999 户"),
]
LARGEST_CLASS = len(SIZES)
CLASS_UNKNOWN, SIZE_UNKNOWN = -1, "户数缺数"
SIZE_CLASSES = {number: label for number, (_, label) in enumerate(SIZES)}
SIZE_CLASSES[LARGEST_CLASS] = "3,000 户及以上"
SIZE_WORDS = {**SIZE_CLASSES, CLASS_UNKNOWN: SIZE_UNKNOWN}


def size_class() -> Case:
    """The number of a community's size class, over Measures.

    -1 where its households are unknown, none for an upper unit.
    """
    cases = [
        When(level__lt=Level.COMMUNITY, then=None),
        When(households=None, then=Value(CLASS_UNKNOWN)),
    ]
    for number, (bound, _) in enumerate(SIZES):
        cases.append(When(households__lt=bound, then=Value(number)))
    return Case(*cases, default=Value(LARGEST_CLASS), output_field=IntegerField())


def size_class_sql(filing: str) -> str:
    """The size class of a community as `size_class` tells it; `filing` is its key in SQL."""
    cases = [f"WHEN m.households IS NULL THEN {CLASS_UNKNOWN}"]
    for number, (bound, _) in enumerate(SIZES):
        cases.append(f"WHEN m.households < {bound} THEN {number}")
    measures = connection.ops.quote_name(Measures._meta.db_table)
    case = f"CASE {' '.join(cases)} ELSE {LARGEST_CLASS} END"
    return f"(SELECT {case} FROM {measures} m WHERE m.filing_id = {filing})"
