"""Schemes set up, changed and taken back by the reviewers of their unit; each with its line, tried before it is saved."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from reports.models import Scheme, Weight
from reports.rating import actions
from surveys.models import Round
from tests.factories import stand
from tests.reports.rating.conftest import WEIGHTS


def text(answer):
    return answer.content.decode()


@pytest.fixture
def send(as_user, district_reviewer, measured):
    """`send("edit", scheme.pk, form())`: the answer to the reviewer's form about 黄骅市."""

    def send(name, *args, htmx=False):
        *args, data = args
        headers = {"HX-Request": "true"} if htmx else {}
        address = reverse(f"rating:{name}", args=[measured.pk, *args])
        return as_user(district_reviewer).post(address, data, headers=headers)

    return send


@pytest.fixture
def form():
    """What the form posts for the scheme of `weigh`; `form(star_1=20)` changes a field."""

    def form(**changes):
        given = {
            "seen": 0,
            "name": "评分办法",
            "effective_from": "2020-01-01",
            "unknown": "zero",
            "least_known": 0,
        }
        given |= {"star_1": 50, "star_2": 60, "star_3": 70}
        for code, points, way in WEIGHTS:
            given |= {f"points-{code}": points, f"way-{code}": way}
        return given | changes

    return form


def test_scheme_is_set_up_with_its_line(send, form, book, county):
    answer = send("new", form(**{"points-size": ""}))
    made = Scheme.objects.get()
    assert answer.status_code == 302
    assert (made.unit, made.stars, made.weights.count()) == (county, [50, 60, 70], 3)
    line = AuditEntry.objects.get(verb="新增评分办法")
    assert (line.what, line.path, line.target) == (
        "评分办法（自 2020-01-01 起）",
        county.path,
        f"scheme:{made.pk}",
    )
    assert line.changes["用房"] == ["", "40 分，按比例"]


def test_change_is_kept_old_to_new(send, form, book, weigh):
    scheme = weigh()
    send("edit", scheme.pk, form(star_1=40, **{"points-money": 25}))
    scheme.refresh_from_db()
    assert (scheme.stars, scheme.revision) == ([40, 60, 70], 1)
    line = AuditEntry.objects.get(verb="修改评分办法")
    assert line.changes == {
        "各星级起点分": ["50、60、70", "40、60、70"],
        "经费": ["30 分，全有或全无", "25 分，全有或全无"],
    }


def test_saving_the_same_changes_nothing(send, form, book, weigh):
    scheme = weigh()
    send("edit", scheme.pk, form())
    assert not AuditEntry.objects.filter(verb="修改评分办法").exists()
    assert {(w.code, w.points, w.way) for w in scheme.weights.all()} == {*WEIGHTS}


def test_change_of_what_changed_meanwhile_is_refused(send, form, book, weigh):
    scheme = weigh()
    Scheme.objects.filter(pk=scheme.pk).update(revision=2)
    answer = send("edit", scheme.pk, form(star_1=40))
    assert (answer.status_code, "刚被别人改过，您的修改没有保存。" in text(answer)) == (422, True)
    assert Scheme.objects.get().stars == [50, 60, 70]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"star_2": ""}, "星级起点分要从一星起连着填。"),
        ({"star_2": 50}, "起点分要在 0 到 100 之间，一星最低，往上逐级提高。"),
        ({"star_3": 101}, "最多是 100。"),
        ({"least_known": 101}, "最多是 100%。"),
        ({"effective_from": ""}, "请填生效日期：从哪一天起按它评分。"),
        ({"points-office": "-1"}, "大于或等于"),
        ({f"points-{code}": "" for code, *_ in WEIGHTS}, "请至少给一条标准分值。"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(changes, sentence, send, form, book):
    answer = send("new", form(note="特意写的") | changes)
    assert (answer.status_code, Scheme.objects.count()) == (422, 0)
    assert sentence in text(answer)
    assert "特意写的" in text(answer)


def test_second_scheme_of_the_same_day_is_refused(send, form, book, weigh):
    weigh()
    assert "这个单位已有同一天生效的评分办法。" in text(send("new", form()))


def test_try_says_whose_stars_change_and_writes_nothing(send, form, book, weigh):
    scheme = weigh()
    answer = send("edit", scheme.pk, form(check=1, star_1=61, star_2=64), htmx=True)
    assert "<b>1 个社区的星级会变</b>，平均分由 45 变为 45。" in text(answer)
    assert answer.context["effect"].counts == [("二星", 2, 1), ("无星级", 1, 2)]
    assert ("<html" in text(answer), Scheme.objects.get().stars) == (False, [50, 60, 70])


def test_try_works_without_script_and_names_what_counts_twice(send, form, book, weigh):
    scheme = weigh()
    answer = send("edit", scheme.pk, form(check=1, **{"points-both-1": 5}))
    assert (answer.status_code, "<html" in text(answer)) == (200, True)
    assert "各项合计 <b>105 分</b>，得分按合计折成百分制。" in text(answer)
    assert text(answer).count("会重复计分。") == 1


def test_try_of_a_first_scheme_has_nothing_to_compare(send, form, book):
    assert "现在没有评分办法；平均分会是 45。" in text(send("new", form(check=1), htmx=True))


@pytest.fixture
def closed(measured, filing_a):
    """The round was rated and closed."""
    stand(filing_a, "approved")
    Round.objects.filter(pk=measured.round_id).update(closed_at=timezone.now())


def test_closed_round_keeps_its_points_and_its_wording_may_change(send, form, book, weigh, closed):
    scheme = weigh()
    answer = send("edit", scheme.pk, form(star_1=40))
    assert "已关闭，按这个办法评过分，不能再改分值、星级和生效日期；要改请出新办法。" in text(
        answer
    )
    send("edit", scheme.pk, form(source="民政局文件"))
    assert (Scheme.objects.get().source, Scheme.objects.get().stars) == ("民政局文件", [50, 60, 70])


@pytest.mark.parametrize(("since", "made"), [("2022-12-31", 1), ("2023-01-01", 2)])
def test_new_scheme_does_not_rate_a_closed_round_anew(since, made, send, form, book, weigh, closed):
    weigh()
    send("new", form(effective_from=since))
    assert Scheme.objects.count() == made


def test_scheme_that_rated_no_closed_round_is_taken_back_with_its_line(send, book, weigh):
    scheme = weigh()
    send("delete", scheme.pk, {})
    assert (Scheme.objects.count(), AuditEntry.objects.filter(verb="删除评分办法").count()) == (
        0,
        1,
    )


def test_scheme_that_rated_a_closed_round_stays(send, book, weigh, closed):
    scheme = weigh()
    send("delete", scheme.pk, {})
    assert Scheme.objects.count() == 1


def test_page_shows_points_versions_and_who_changed_what(
    send, form, book, weigh, as_user, viewer, measured
):
    scheme = weigh()
    send("edit", scheme.pk, form(star_1=40))
    send("new", form(effective_from="2023-01-01", name="新办法"))
    answer = as_user(viewer).get(reverse("rating:scheme", args=[measured.pk]))
    assert [each.name for each in answer.context["versions"]] == ["新办法", "评分办法"]
    assert [entry.verb for entry in answer.context["trail"]] == [
        "新增评分办法",
        "修改评分办法",
        "新增评分办法",
    ]
    assert "50、60、70 → 40、60、70" in text(answer)
    assert "2022年度不按这一版评分" in text(
        as_user(viewer).get(
            reverse("rating:scheme", args=[measured.pk]),
            {"version": answer.context["versions"][0].pk},
        )
    )


def test_pages_of_a_scheme_cost_the_same(
    book, weigh, measured, as_user, district_reviewer, django_assert_num_queries
):
    scheme = weigh()
    client = as_user(district_reviewer)
    for name, args, queries in (("scheme", [], 10), ("edit", [scheme.pk], 10)):
        address = reverse(f"rating:{name}", args=[measured.pk, *args])
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_change_by_the_action_refuses_points_of_nothing(book, weigh, district_reviewer):
    scheme = weigh()
    with pytest.raises(ValidationError, match="分值要大于 0。"):
        actions.change_scheme(
            by=district_reviewer, scheme=scheme, weights=[Weight(code="office", points=0)], seen=0
        )
    assert Scheme.objects.get().effective_from == date(2020, 1, 1)
