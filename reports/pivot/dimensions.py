"""By what a pivot may group: a name, an expression over Measures, and the words for its values in their order."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, CharField, F, IntegerField, Value, When

from communities.models import Governance, Kind, Level
from surveys.actions.opening import period_label
from surveys.models import Filing, Round, Status

# Households, as standards and officials cut them; each class ends below its bound.
SIZES = [
    (500, "500 户以下"),
    (1_000, "500–999 户"),
    (2_000, "1,000–1,999 户"),
    (3_000, "2,000–2,999 户"),
]
LARGEST, SIZE_UNKNOWN = "3,000 户及以上", "户数缺数"
UPPER = "上级单位本级"


@dataclass(frozen=True)
class Dimension:
    """`words(inside)` gives {value: label} in the order of the rows, `inside` being a condition on filings of the area.

    A value that is not among them is called `rest`.
    """

    name: str
    label: str
    expression: object
    words: Callable
    level: int | None = None
    rest: str = UPPER


def units(level):
    """The names units of a level had in the area, in the order of their codes."""

    def words(inside):
        rows = Filing.objects.filter(inside, level=level).order_by("round__reference_date")
        found = {
            pk: (code or "~", name)
            for pk, name, code in rows.values_list("unit_id", "name", "code")
        }
        return {pk: name for pk, (_, name) in sorted(found.items(), key=lambda pair: pair[1])}

    return words


def fixed(choices):
    return lambda inside: dict(choices)


def rounds(inside):
    found = Round.objects.filter(pk__in=Filing.objects.filter(inside).order_by().values("round"))
    return {
        pk: period_label(period)
        for pk, period in found.order_by("reference_date").values_list("pk", "period")
    }


def size():
    """The number of a community's size class; -1 where its households are unknown, none for an upper unit."""
    classes = [When(households__lt=bound, then=Value(at)) for at, (bound, _) in enumerate(SIZES)]
    upper = When(level__lt=Level.COMMUNITY, then=None)
    unknown = When(households=None, then=Value(-1))
    return Case(upper, unknown, *classes, default=Value(len(SIZES)), output_field=IntegerField())


def only_communities(field):
    """The field of a community, none for an upper unit: its own records have no kind of community."""
    return Case(
        When(level__gte=Level.COMMUNITY, then=F(field)), default=None, output_field=CharField()
    )


SIZE_WORDS = [*enumerate(label for _, label in SIZES), (len(SIZES), LARGEST), (-1, SIZE_UNKNOWN)]
KINDS = [
    (kind, label)
    for kind, label in Kind.choices
    if kind in (Kind.COMMUNITY, Kind.VILLAGE, Kind.OTHER)
]
DIMENSIONS = {
    each.name: each
    for each in (
        Dimension("district", "区县", F("filing__district"), units(Level.DISTRICT), Level.DISTRICT),
        Dimension("street", "街道", F("filing__street"), units(Level.STREET), Level.STREET),
        Dimension(
            "community",
            "社区",
            Case(When(level=Level.COMMUNITY, then=F("filing__unit")), default=None),
            units(Level.COMMUNITY),
            Level.COMMUNITY,
        ),
        Dimension("kind", "单位类型", only_communities("kind"), fixed(KINDS)),
        Dimension(
            "governance",
            "治理模式",
            only_communities("governance"),
            fixed([*Governance.choices, ("", "未定模式")]),
        ),
        Dimension("size", "社区规模", size(), fixed(SIZE_WORDS)),
        Dimension("status", "填报状态", F("filing__status"), fixed(Status.choices)),
        Dimension("round", "填报期", F("round"), rounds),
    )
}
