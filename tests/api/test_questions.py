"""What a program is told: its own area and no more, the figures of the pages, page by page."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from reports.engine.saving import follow_save
from surveys.actions.hooks import saved
from surveys.models import ExtraRecord, Filing, Round
from tests.api.conftest import key_to
from tests.factories import (
    UnitFactory,
    WorkerFactory,
)

LISTS = ["filings", "values", "totals", "verdicts", "tallies"]


@pytest.fixture
def of_street(street_a, system_admin, security_admin):
    """The text of a key to the first street."""
    return key_to(street_a, system_admin, security_admin)[1]


def named(answer):
    return [item["name"] for item in answer["items"]]


def test_units_of_the_area_and_nothing_beside_it(ask, of_street, units):
    answer = ask(of_street, "units").json()
    assert named(answer) == ["骅东街道", "育才社区居民委员会", "东昊社区居民委员会"]
    assert {name: answer[name] for name in ("count", "page", "pages", "next")} == {
        "count": 3,
        "page": 1,
        "pages": 1,
        "next": None,
    }


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_the_area_and_nothing_beside_it(name, ask, of_street, figures):
    found = {*named(ask(of_street, f"rounds/{figures.pk}/{name}").json())}
    street, communities = {"骅东街道"}, {"育才社区", "东昊社区"}
    assert found == {
        "filings": street | communities,
        "values": communities,
        "verdicts": communities,
    }.get(name, street)


@pytest.mark.parametrize("name", LISTS)
def test_round_out_of_sight_is_not_found(
    name, ask, province, figures, system_admin, security_admin
):
    beside = UnitFactory(name="天津市", level=1, kind="municipality", code="120000000000")
    texts = [key_to(unit, system_admin, security_admin)[1] for unit in (province, beside)]
    assert [ask(text, f"rounds/{figures.pk}/{name}").status_code for text in texts] == [200, 404]


@pytest.mark.parametrize("unit", ["130983002", "130983002014", "13"])
def test_unit_outside_is_not_found(unit, ask, of_street, figures):
    for question in ("units", *(f"rounds/{figures.pk}/{name}" for name in LISTS)):
        assert ask(of_street, question, {"unit": unit}).status_code == 404


def test_one_area_of_all_lists(get, figures):
    asked = {name: named(get(f"rounds/{figures.pk}/{name}", unit="130983002")) for name in LISTS}
    street, community = ["骅中街道"], ["平安社区"]
    assert asked == {
        "filings": street + community,
        "values": community,
        "verdicts": community,
    } | dict.fromkeys(["totals", "tallies"], street)


def test_area_outside_and_single_community_are_not_found(
    ask, of_street, figures, street_a, street_b, filing_a
):
    numbers = [figures.filings.get(unit=unit).pk for unit in (street_a, street_b)]
    answers = [
        ask(of_street, f"filings/{pk}/compliance").status_code
        for pk in (*numbers, filing_a.pk, 10**30)
    ]
    assert answers == [200, 404, 404, 404]


def test_figures_are_those_of_the_command(get, figures, county, capsys):
    call_command("compliance", round="2022", unit="130983", json=True)
    said = json.loads(capsys.readouterr().out)
    area = get(f"filings/{figures.filings.get(unit=county).pk}/compliance")
    assert area == {name: value for name, value in said.items() if name != "units"}
    communities = get(f"rounds/{figures.pk}/verdicts")["items"]
    assert [each["verdicts"] for each in communities] == [
        each["verdicts"] for each in said["units"][1:]
    ]
    top = get(f"rounds/{figures.pk}/totals", level="district")["items"][0]
    assert (top["totals"], top["missing"]) == (said["totals"], said["missing"])
    tallied = get(f"rounds/{figures.pk}/tallies", level="district")["items"][0]["standards"]
    assert tallied == [each for each in said["standards"] if each["code"] != "city_size"]


def test_values_are_what_was_reported_and_null_where_nothing_was(get, figures):
    answer = get(f"rounds/{figures.pk}/values", measures="households,office_area")
    assert {each["name"]: each["values"] for each in answer["items"]} == {
        "育才社区": {"households": 1234, "office_area": 82.55},
        "东昊社区": {"households": None, "office_area": None},
        "平安社区": {"households": 50, "office_area": None},
    }


def test_what_the_round_asks_of_its_own_is_among_the_measures(get, asked, answer, round_2022):
    lifts = asked("电梯数", unit="部")
    answer({lifts: "12"})
    known = {each["name"]: each["label"] for each in get(f"rounds/{round_2022.pk}/measures")}
    assert known[lifts.code] == "电梯数"
    values = get(f"rounds/{round_2022.pk}/values", measures=lifts.code)["items"]
    assert [each["values"][lifts.code] for each in values if each["name"] == "育才社区"] == [12]
    top = get(f"rounds/{round_2022.pk}/totals", measures=lifts.code, level="district")["items"][0]
    assert (top["totals"], top["missing"]) == ({lifts.code: 12}, {lifts.code: 2})


def test_what_cannot_be_added_up_is_a_mean(get, asked, answer, filing_b, round_2022):
    green = asked("绿化率", unit="%")
    ExtraRecord.objects.create(filing=filing_b, **{green.column: 40})
    saved(Round.objects.get(), [filing_b.pk])
    answer({green: "25"})
    known = {each["name"]: each["rollup"] for each in get(f"rounds/{round_2022.pk}/measures")}
    top = get(f"rounds/{round_2022.pk}/totals", measures=green.code, level="district")["items"][0]
    assert (known[green.code], top["totals"], top["missing"]) == (
        "mean",
        {green.code: 32.5},
        {green.code: 1},
    )


def test_approved_only(get, figures):
    asked = {"scope": "approved", "measures": "households"}
    assert named(get(f"rounds/{figures.pk}/values", **asked)) == ["平安社区"]
    assert named(get(f"rounds/{figures.pk}/verdicts", scope="approved")) == ["平安社区"]
    top = get(f"rounds/{figures.pk}/totals", level="district", **asked)["items"][0]
    assert (top["totals"], top["missing"]) == ({"households": 50}, {})
    tallied = get(f"rounds/{figures.pk}/tallies", level="district", scope="approved")["items"][0][
        "standards"
    ]
    assert [(each["code"], each["met"], each["unmet"]) for each in tallied] == [
        ("office", 0, 0),
        ("size", 0, 1),
    ]


def test_what_changed_since(get, figures, filing_a):
    moment = timezone.now() - timedelta(hours=1)
    since = timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")
    assert named(get(f"rounds/{figures.pk}/filings", updated_since=since)) == ["平安社区"]
    Filing.objects.filter(pk=filing_a.pk).update(saved_at=timezone.now())
    assert {*named(get(f"rounds/{figures.pk}/values", updated_since=since))} == {
        "育才社区",
        "平安社区",
    }


def test_pages_lead_on_to_the_last_and_no_further(get, figures, client, token_text):
    first = get(f"rounds/{figures.pk}/filings", per_page=4)
    assert (first["count"], first["pages"], len(first["items"])) == (6, 2, 4)
    last = client.get(first["next"], headers={"Authorization": f"Bearer {token_text[1]}"}).json()
    assert (len(last["items"]), last["next"]) == (2, None)
    assert {each["id"] for each in first["items"] + last["items"]} == {
        *figures.filings.values_list("pk", flat=True)
    }
    assert get(f"rounds/{figures.pk}/filings", page=9)["items"] == []


def test_same_answer_is_not_sent_twice(ask, token_text, figures):
    first = ask(token_text[1], "units")
    again = ask(token_text[1], "units", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"


def test_no_person_goes_out(ask, token_text, figures, filing_a):
    WorkerFactory(filing=filing_a, name="张三丰", note="电话13800138000")
    follow_save(figures, figures.filings.values("pk"))
    asked = [f"rounds/{figures.pk}/{name}" for name in (*LISTS, "standards")] + ["units", "rounds"]
    said = "".join(ask(token_text[1], question).content.decode() for question in asked)
    assert [word for word in ("张三丰", "13800138000", "审核员") if word in said] == []
    assert "育才社区" in said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"page": 0}, "page"),
        ({"per_page": 1001}, "per_page"),
        ({"level": "planet"}, "level"),
        ({"unit": "骅东"}, "unit"),
        ({"updated_since": "昨天"}, "updated_since"),
        ({"status": "lost"}, "status"),
        ({"measures": "households,password"}, "measures"),
    ],
)
def test_wrong_parameter_is_named(given, named, ask, token_text, figures):
    answer = ask(
        token_text[1],
        f"rounds/{figures.pk}/{'values' if 'measures' in given else 'filings'}",
        given,
    )
    assert (answer.status_code, answer.json()["parameters"]) == (422, [named])
    assert answer.json()["detail"] == f"参数不对：{named}。可用的取值见接口说明。"


@pytest.mark.parametrize("name", [*LISTS, "standards"])
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow_with_the_rows(name, size, get, figures, django_assert_num_queries):
    costs = {
        "filings": 9,
        "values": 10,
        "totals": 12,
        "verdicts": 12,
        "tallies": 13,
        "standards": 9,
    }
    get(f"rounds/{figures.pk}/{name}")
    with django_assert_num_queries(costs[name]):
        get(f"rounds/{figures.pk}/{name}", **({} if name == "standards" else {"per_page": size}))
