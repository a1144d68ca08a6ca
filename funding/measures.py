from django.db.models import Case, FloatField, Max, Q, Value, When

from surveys.measures import Measure, MeasureSource, known_sum

PARTY = Q(purpose="party")


def fund_rows():
    from funding.models import FundLine

    return FundLine.objects.all()


def yes_if(condition):
    """Return 1 where a line of money satisfies the condition, else 0; unknown without a route."""
    answer = Case(
        When(condition, then=Value(1.0)),
        When(~Q(route=""), then=Value(0.0)),
        output_field=FloatField(),
    )
    return Max(answer)


MEASURES = (
    MeasureSource(
        fund_rows,
        (
            Measure("funding_budgeted", "经费预算", "元", known_sum("budgeted")),
            Measure("funding_allotted", "经费拨付", "元", known_sum("allotted")),
            Measure("funding_received", "经费实际到位", "元", known_sum("received")),
            Measure(
                "party_funding_received",
                "党建经费到位",
                "元",
                known_sum("received", only=PARTY),
            ),
            Measure("funding_spent_office", "办公支出", "元", known_sum("spent_office")),
            Measure("funding_spent_activity", "活动支出", "元", known_sum("spent_activity")),
            Measure("funding_own_account", "有独立账户", "是否", yes_if(Q(route="own_account"))),
        ),
    ),
)
