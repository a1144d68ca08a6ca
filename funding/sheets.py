from funding.measures import MEASURES
from funding.models import FundLine
from surveys.sections import Check, Column, Section, part_check


def spent_within_received(record):
    """Return whether office and activity spending stay within what arrived; None: unknown."""
    office, activity = record.get("spent_office"), record.get("spent_activity")
    received = record.get("received")
    if None in (office, activity, received):
        return None
    return office + activity <= received


def share_agrees(record):
    """Return whether 到位率 as written agrees with received ÷ budgeted; None: unknown.

    People round it to 0.1 of a percent.
    """
    share, budgeted = record.get("received_share"), record.get("budgeted")
    received = record.get("received")
    if share is None or received is None or not budgeted:
        return None
    computed = float(received) / float(budgeted) * 100
    return abs(float(share) - computed) <= 0.1


FUNDS = Section(
    name="funds",
    label="经费",
    model=FundLine,
    key=("purpose", "origin"),
    sheet_names=("经费情况", "经费", "工作经费"),
    columns=(
        Column(
            "purpose",
            ("经费用途", "经费类别"),
            {
                "办公": "office",
                "办公经费": "office",
                "工作经费": "office",
                "党建": "party",
                "专项": "special",
            },
            asked=False,
        ),
        Column(
            "origin",
            ("经费来源", "资金来源"),
            {"财政": "fiscal", "福彩公益金": "lottery", "捐助": "donation"},
            asked=False,
        ),
        Column("budgeted", ("预算", "年度预算", "预算金额", "年初预算（元）")),
        Column("allotted", ("拨付金额", "已拨付"), asked=False),
        Column("received", ("到位", "实到", "实际到位金额", "到位资金")),
        Column("received_share", ("到位率",), derived="percent"),
        Column("spent_office", ("支出办公", "办公", "其中办公支出"), asked=False),
        Column("spent_activity", ("支出活动", "活动", "其中活动支出"), asked=False),
        Column(
            "route",
            ("拨付形式", "经费拨付方式"),
            {
                "实报实销": "street",
                "报账制": "street",
                "独立核算": "own_account",
                "独立账户核算": "own_account",
                "拨付": "allotted",
            },
        ),
        Column("note", asked=False),
    ),
    checks=(
        Check(
            "received",
            "received",
            part_check("received", whole="budgeted"),
            "实际到位不应多于年初预算，如属追加请说明",
        ),
        Check(
            "spent",
            "spent_activity",
            spent_within_received,
            "办公、活动支出之和不应多于实际到位",
            ("spent_office", "spent_activity", "received"),
        ),
        Check("share", "received_share", share_agrees, "到位率与实际到位÷年初预算不符"),
    ),
    measures=MEASURES,
)
