"""What the Huanghua report of 2022 says of its 29 communities, and the one decision its workbooks need."""

# Both workbooks hold 学府社区, which the register of that year calls 春蕾社区: a person says so.
DECISIONS = {"社区基本情况!C22": {"unit": "130983003022"}}
TOTALS = {
    "streets": 3,
    "communities": 29,
    "households": 43_046,
    "residents": 159_720,
    "party_members": 1_046,
    "party_branches": 15,
    "party_groups": 58,
    "premises": 15,
    "premises_owned": 2,
    "premises_rented_or_borrowed": 13,
    "premises_50_and_over": 2,
    "premises_below_50": 12,
    "premises_below_20": 7,
    "premises_area_unknown": 1,
    "staff_established": 126,
    "staff_established_in_community": 28,
    "staff_temporary": 32,
    "staff_temporary_unpaid": 10,
    "staff_temporary_paid": 22,
    "temporary_pay_min": 40,
    "temporary_pay_max": 400,
    "staff_in_community": 60,
    "funding_budgeted": 580_000,
}
