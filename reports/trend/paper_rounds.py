"""Communities over their last rounds, many at a time.

What papers show of each beside this round's own values.
"""

from collections import defaultdict

from reports.models import Measures

KEY = ("households", "residents", "party_members", "staff", "office_area", "funding_received")
SHOWN = 5  # rounds: a paper of one or two sheets


def key_figures_by_round(filings, by):
    """{unit: [(period, {measure: value}), …]} for filings of one round: rounds of its kind up to it, oldest first.

    At most SHOWN rounds that `by` has in sight; one query.
    """
    round, found = filings[0].round, defaultdict(list)
    rows = Measures.objects.visible_to(by).filter(
        filing__unit__in=[filing.unit_id for filing in filings],
        round__reference_date__lte=round.reference_date,
    )
    columns = ("filing__unit_id", "round__period", *KEY)
    for unit, period, *values in rows.order_by("round__reference_date", "pk").values_list(*columns):
        if kind_of_period(period) == kind_of_period(round.period):
            measures = dict(zip(KEY, values, strict=True))
            found[unit].append((period, measures))
    return {unit: rounds[-SHOWN:] for unit, rounds in found.items()}


def kind_of_period(period):
    """The sign after the year, such as Q of 2022Q3, "" of a year.

    A round is compared with those of its kind.
    """
    return period[4:5]
