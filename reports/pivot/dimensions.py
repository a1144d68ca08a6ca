"""By what a pivot may group.

A name, an expression over Measures, and the words for its values in their order.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, CharField, F, When

from communities.models import Governance, Kind, Level
from reports.engine.size_classes import SIZE_WORDS, size_class
from surveys.actions.opening import period_label
from surveys.models import Filing, Round, Status

UPPER = "上级单位本级"


@dataclass(frozen=True)
class Dimension:
    """By what the rows or the columns are grouped.

    `words(inside)` gives {value: label} in the order of the rows, `inside` being a condition on
    filings of the area. A value that is not among them is called `rest`.
    """

    name: str
    label: str
    expression: object
    words: Callable
    level: int | None = None
    rest: str = UPPER


def unit_names(level):
    """The `words` of a dimension.

    Names that units of a level had in the area, in the order of their codes.
    """

    def words(inside):
        filings = Filing.objects.filter(inside, level=level).order_by("round__reference_date")
        codes, names = {}, {}
        for unit, name, code in filings.values_list("unit_id", "name", "code"):
            codes[unit], names[unit] = code or "~", name
        ordered = sorted(names, key=lambda unit: (codes[unit], names[unit]))
        return {unit: names[unit] for unit in ordered}

    return words


def fixed_words(choices):
    """The `words` of a dimension that are the same in every area."""
    return lambda inside: dict(choices)


def round_words(inside):
    """{pk: period} of the rounds in which the area has filings, the oldest first."""
    filings = Filing.objects.filter(inside).order_by().values("round")
    rounds = Round.objects.filter(pk__in=filings).order_by("reference_date")
    return {pk: period_label(period) for pk, period in rounds.values_list("pk", "period")}


def only_communities(field):
    """The field of a community, none for an upper unit.

    Its own records have no kind of community.
    """
    of_community = When(level__gte=Level.COMMUNITY, then=F(field))
    return Case(of_community, default=None, output_field=CharField())


KIND_WORDS = {kind: kind.label for kind in (Kind.COMMUNITY, Kind.VILLAGE, Kind.OTHER)}
MODEL_WORDS = {**dict(Governance.choices), "": "未定模式"}
COMMUNITY = Case(When(level=Level.COMMUNITY, then=F("filing__unit")), default=None)
ALL = (
    Dimension(
        "district", "区县", F("filing__district"), unit_names(Level.DISTRICT), Level.DISTRICT
    ),
    Dimension("street", "街道", F("filing__street"), unit_names(Level.STREET), Level.STREET),
    Dimension("community", "社区", COMMUNITY, unit_names(Level.COMMUNITY), Level.COMMUNITY),
    Dimension("kind", "单位类型", only_communities("kind"), fixed_words(KIND_WORDS)),
    Dimension("governance", "治理模式", only_communities("governance"), fixed_words(MODEL_WORDS)),
    Dimension("size", "社区规模", size_class(), fixed_words(SIZE_WORDS)),
    Dimension("status", "填报状态", F("filing__status"), fixed_words(Status.choices)),
    Dimension("round", "填报期", F("round"), round_words),
)
DIMENSIONS = {dimension.name: dimension for dimension in ALL}
