"""What is asked about, what is not, and how it is worked off."""

from io import BytesIO

import pytest
from django.core.cache import cache
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from reports.engine.saving import follow_save
from residents.models import Profile
from review.models import Dismissal
from review.outliers.found import Others
from surveys.models import Filing
from tests.factories import GridFactory, PartyOrganisationFactory, WorkerFactory
from tests.review.outliers.conftest import found
from tests.roles import PLACES, ROLES, SEES, signed_in

LIKE = [3000 + 20 * n for n in range(12)]
ODD = [*LIKE[:11], 300]


@pytest.mark.parametrize(
    ("value", "odd"),
    [(3000, False), (1600, False), (1200, True), (5500, False), (7000, True), (0, True)],
)
def test_factor_of_more_than_two_is_odd(value, odd):
    assert bool(Others(LIKE).oddness(value)) == odd


def test_ten_times_too_much_is_as_odd_as_ten_times_too_little():
    high, low = (Others([1000] * 9).z(value) for value in (10_009, 99.1))
    assert (f"{high:.2f}", f"{low:.2f}") == ("10.35", "-10.35")


def test_few_people_more_are_no_outlier():
    assert Others([1] * 9).oddness(5) == 0


def test_figure_unlike_its_peers_is_listed(survey, listed):
    answer = listed(survey("2022", volunteers=ODD))
    assert found(answer) == [("第11社区", "peers", "志愿者人数", "300 人")]
    why = answer.context["page"].object_list[0].outlier.why
    assert why == "12 个同规模社区（1,000–1,110 户）中位数 3,090 人，只有它的 10%"


def test_figures_like_their_peers_are_not_listed(survey, listed):
    answer = listed(survey("2022", volunteers=LIKE))
    assert found(answer) == []
    assert "没有要核对的异常" in answer.content.decode()


@pytest.mark.parametrize(("zeros", "listed_as_odd"), [(1, 1), (2, 0)])
def test_zero_that_many_have_is_nothing_odd(zeros, listed_as_odd, survey, listed):
    assert (
        len(found(listed(survey("2022", volunteers=[*[0] * zeros, *LIKE[zeros:]]))))
        == listed_as_odd
    )


def test_too_few_peers_say_nothing(survey, listed):
    assert found(listed(survey("2022", volunteers=[300, 9000, *[None] * 10]))) == []


def test_figure_unlike_its_own_past_is_listed(survey, listed):
    for year in ("2019", "2020", "2021"):
        survey(year, volunteers=[100] * 12)
    answer = listed(survey("2022", volunteers=[*[100] * 11, 1000]), kind="history")
    assert found(answer) == [("第11社区", "history", "志愿者人数", "1,000 人")]
    assert (
        answer.context["page"].object_list[0].outlier.why
        == "前 3 期 100 人 至 100 人，是它的 10.0 倍"
    )


def test_short_past_says_nothing(survey, listed):
    survey("2021", volunteers=[100] * 12)
    assert found(listed(survey("2022", volunteers=[1000] * 12), kind="history")) == []


@pytest.fixture
def round(survey):
    return survey("2022", residents=LIKE)


@pytest.fixture
def first(round):
    return round.filings.select_related("round").filter(name="第0社区").get()


@pytest.fixture
def second(round):
    return round.filings.get(name="第1社区")


def test_community_against_its_grids(round, first, listed):
    GridFactory(filing=first, households=400)
    follow_save(round, [first.pk])
    answer = listed(round)
    assert found(answer) == [("第0社区", "above", "总户数", "1,000 户")]
    assert answer.context["page"].object_list[0].outlier.why == "各网格户数之和 400 户，少 600 户"


def test_total_that_differs_from_its_parts(round, first, listed):
    first.profile_set.update(men=1000, women=1000)
    assert found(listed(round)) == [
        ("第0社区", "parts", "基本情况·女", "男 1,000、女 1,000、总人口 3,000")
    ]


def test_same_person_on_two_rosters(round, first, second, listed):
    for filing, name, born in (
        (first, "王芳", "1980-03"),
        (second, "王芳", "1980-03"),
        (second, "李红", "1980-03"),
    ):
        WorkerFactory(filing=filing, name=name, born=born)
    answer = listed(round)
    assert found(answer) == [
        ("第0社区", "person", "工作人员", "王芳"),
        ("第1社区", "person", "工作人员", "王芳"),
    ]
    assert answer.context["page"].object_list[0].outlier.why == "也在第1社区的名册上"


@pytest.mark.parametrize("one", [{"born": "1980"}, {"phone": "13900000000"}, {}])
def test_same_name_alone_is_no_person(one, round, first, second, listed):
    WorkerFactory(filing=first, name="王芳", **one)
    WorkerFactory(filing=second, name="王芳", **(one if "born" in one else {}))
    assert found(listed(round)) == []


def test_branch_elsewhere_against_the_communitys_own_word(round, first, second, listed):
    PartyOrganisationFactory(filing=first, name="一支部", form="branch").covers.add(first)
    PartyOrganisationFactory(filing=second, name="联合支部", form="joint_branch").covers.add(
        first, second
    )
    answer = listed(round)
    assert found(answer) == [("第0社区", "coverage", "党组织", "一支部")]
    assert (
        answer.context["page"].object_list[0].outlier.why == "第1社区的“联合支部”也写明覆盖本社区"
    )


def saved(round, pk):
    """As every save does."""
    Filing.objects.filter(pk=pk).update(version=F("version") + 1)
    follow_save(round, [pk])


@pytest.fixture
def odd(survey):
    return survey("2022", volunteers=ODD)


@pytest.fixture
def post(as_user, district_reviewer, odd):
    client, root = as_user(district_reviewer), odd.filings.get(parent=None)

    def send(name, *args, **form):
        return client.post(reverse(f"outliers:{name}", args=[root.pk, *args]), form, follow=True)

    return send


def test_dismissed_with_a_reason_that_is_kept(odd, post, listed, district_reviewer):
    pick = listed(odd).context["page"].object_list[0].pick
    post("dismiss", pick=[pick], reason="整体拆迁")
    kept = Dismissal.objects.get()
    assert (kept.reason, kept.value, kept.by) == ("整体拆迁", "300 人", district_reviewer)
    assert (found(listed(odd)), len(found(listed(odd, done="done")))) == ([], 1)
    assert AuditEntry.objects.first().changes == {"与同规模不符·志愿者人数": ["300 人", "整体拆迁"]}


def test_dismissal_holds_while_the_figure_stays(odd, post, listed):
    line = listed(odd).context["page"].object_list[0]
    post("dismiss", pick=[line.pick], reason="整体拆迁")
    Profile.objects.filter(filing=line.place.pk).update(volunteers=200)
    saved(odd, line.place.pk)
    assert found(listed(odd)) == [("第11社区", "peers", "志愿者人数", "200 人")]
    assert "数改了；以前：整体拆迁" in listed(odd).content.decode()


@pytest.mark.parametrize(("reason", "picked"), [(" ", True), ("一致", False)])
def test_nothing_is_dismissed_without_reason_or_choice(reason, picked, odd, post, listed):
    pick = listed(odd).context["page"].object_list[0].pick
    post("dismiss", pick=[pick] if picked else ["1|peers|x"], reason=reason)
    assert Dismissal.objects.count() == 0


def test_reopened_one_is_listed_again(odd, post, listed):
    post("dismiss", pick=[listed(odd).context["page"].object_list[0].pick], reason="整体拆迁")
    post("reopen", Dismissal.objects.get().pk)
    assert len(found(listed(odd))) == 1
    assert AuditEntry.objects.first().verb == "核对异常"


def test_list_as_a_workbook(odd, listed):
    sheet = load_workbook(BytesIO(listed(odd, format="xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert ["第11社区", "骅东街道", "与同规模不符", "志愿者人数", "300 人"] in [
        row[:5] for row in rows
    ]


def test_other_street_is_neither_listed_nor_compared(street_b, odd, as_user, street_a, clerk_b):
    clerk_b.assignments.create(unit=street_b, role="reviewer")
    own, other = (odd.filings.get(unit=each) for each in (street_b, street_a))
    client = as_user(clerk_b)
    assert found(client.get(reverse("outliers:list", args=[own.pk]))) == []
    assert client.get(reverse("outliers:list", args=[other.pk])).status_code == 404


def test_list_is_found_once_as_long_as_nothing_is_saved(odd, listed, monkeypatch):
    assert len(found(listed(odd))) == 1
    monkeypatch.setattr("review.outliers.listing.Listing.searched", lambda listing: ([], {}))
    assert len(found(listed(odd))) == 1
    saved(odd, odd.filings.first().pk)
    assert found(listed(odd)) == []


def test_list_takes_as_many_queries_for_one_as_for_three(odd, listed, django_assert_num_queries):
    listed(odd)
    for number in (1, 3):
        cache.clear()
        for queries in (12, 8):  # the first look, and all others until something is saved
            with django_assert_num_queries(queries):
                assert len(found(listed(odd))) == number
        filing = Filing.objects.get(round=odd, name="第1社区")
        filing.profile_set.update(residents=30_000, men=5, women=5, floating=40_000)
        saved(odd, filing.pk)


@pytest.mark.parametrize("role", ROLES)
def test_outliers_are_for_the_reviewers_of_the_area(role, cast, filings):
    client, reviewer = signed_in(cast[role]), role.endswith("reviewer")
    pages = {"list": ("GET", []), "dismiss": ("POST", [])}
    reached = {
        (name, place): client.generic(
            method, reverse(f"outliers:{name}", args=[filing.pk, *more])
        ).status_code
        < 400
        for name, (method, more) in pages.items()
        for place, filing in filings.items()
    }
    assert reached == {
        (name, place): reviewer and place in SEES[role] for name in pages for place in PLACES
    }
