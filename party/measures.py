"""Counted over "an organisation serves a community".

A community that only shares another's branch counts 0 branches.
"""

from django.db.models import Case, Count, F, FloatField, Max, Min, Q, When

from surveys.measures import Measure, MeasureSource, as_float, highest_rank, known_sum, years_since
from surveys.words import Stage

HOSTED = Q(organisation__filing=F("filing"))
HOSTED_BRANCH = HOSTED & Q(organisation__form__in=["branch", "joint_branch"])
HOSTED_JOINT_BRANCH = HOSTED & Q(organisation__form="joint_branch")
HOSTED_GENERAL_BRANCH = HOSTED & Q(organisation__form="general_branch")
SERVING_BRANCH = Q(organisation__form__in=["branch", "joint_branch"])


def coverage_rows():
    from party.models import Coverage

    return Coverage.objects.all()


def joint_branch_coverage():
    """Return the joint branches a community hosts, with every community each of them serves."""
    from party.models import Coverage

    return Coverage.objects.filter(organisation__form="joint_branch")


def coverage_count(condition):
    return as_float(Count("pk", filter=condition))


def hosted_count(form):
    return coverage_count(HOSTED & Q(organisation__form=form))


def value_where(condition, value):
    """Return a value of the rows that satisfy the condition, unknown for the others."""
    return Case(When(condition, then=value), output_field=FloatField())


def branch_value(name):
    """Return a value of the branches a community hosts."""
    return value_where(HOSTED_BRANCH, F(f"organisation__{name}"))


def general_branch_value(name):
    """Return a value of the general branch a community hosts."""
    value = value_where(HOSTED_GENERAL_BRANCH, F(f"organisation__{name}"))
    return as_float(Max(value))


def committee_size():
    """Return how many secretaries, deputies and members a branch committee has."""
    size = F("organisation__committee") + F("organisation__deputies") + 1
    return value_where(HOSTED_BRANCH, size)


def elected_years():
    """Return the years since a hosted branch was last elected."""
    return value_where(HOSTED_BRANCH, years_since("organisation__elected_on"))


MEASURES = (
    MeasureSource(
        coverage_rows,
        (
            Measure("party_branches", "党支部", "个", coverage_count(HOSTED_BRANCH)),
            Measure("joint_branches", "联合党支部", "个", coverage_count(HOSTED_JOINT_BRANCH)),
            Measure(
                "serving_branches",
                "服务本社区的党支部",
                "个",
                coverage_count(SERVING_BRANCH),
            ),
            Measure("party_general_branches", "党总支", "个", hosted_count("general_branch")),
            Measure(
                "general_branch_deputies",
                "党总支副书记",
                "人",
                general_branch_value("deputies"),
                "max",
            ),
            Measure(
                "general_branch_ordinary",
                "党总支委员",
                "人",
                general_branch_value("committee"),
                "max",
            ),
            Measure("party_committees", "党（工）委", "个", hosted_count("committee")),
            Measure(
                "party_members",
                "党员数",
                "人",
                known_sum("organisation__members", only=HOSTED),
            ),
            Measure(
                "party_groups",
                "党小组数",
                "个",
                known_sum("organisation__groups", only=HOSTED),
            ),
            Measure(
                "party_women",
                "女党员",
                "人",
                known_sum("organisation__women", only=HOSTED),
            ),
            Measure(
                "party_retired",
                "离退休党员",
                "人",
                known_sum("organisation__retired", only=HOSTED),
            ),
            Measure(
                "branch_members_min",
                "支部最少党员数",
                "人",
                as_float(Min(branch_value("members"))),
                "min",
            ),
            Measure(
                "branch_members_max",
                "支部最多党员数",
                "人",
                as_float(Max(branch_value("members"))),
                "max",
            ),
            Measure(
                "branch_committee_min",
                "支委会最少人数",
                "人",
                as_float(Min(committee_size())),
                "min",
            ),
            Measure(
                "branch_committee_max",
                "支委会最多人数",
                "人",
                as_float(Max(committee_size())),
                "max",
            ),
            Measure(
                "branch_deputies_max",
                "支部副书记最多",
                "人",
                as_float(Max(branch_value("deputies"))),
                "max",
            ),
            Measure(
                "branch_ordinary_min",
                "支部委员最少",
                "人",
                as_float(Min(branch_value("committee"))),
                "min",
            ),
            Measure(
                "branch_ordinary_max",
                "支部委员最多",
                "人",
                as_float(Max(branch_value("committee"))),
                "max",
            ),
            Measure(
                "branch_theme_days_min",
                "主题党日最少次数",
                "次",
                as_float(Min(branch_value("theme_days"))),
                "min",
            ),
            Measure(
                "branch_stage",
                "党支部建设阶段",
                "级",
                highest_rank("organisation__stage", Stage.values, only=HOSTED_BRANCH),
                "min",
            ),
            Measure(
                "branch_term_years",
                "支部距上次换届",
                "年",
                as_float(Max(elected_years())),
                "max",
            ),
        ),
    ),
    MeasureSource(
        joint_branch_coverage,
        (
            Measure(
                "joint_branch_units",
                "联合支部覆盖社区",
                "个",
                as_float(Count("filing", distinct=True)),
                "max",
            ),
        ),
        filing="organisation__filing",
    ),
)
