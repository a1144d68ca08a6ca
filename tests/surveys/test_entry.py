"""Entering a filing in the browser, seen from the server: pages, reading, saving, conflicts."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from funding.models import FundLine
from party.models import PartyOrganisation
from reports.models import Measures
from residents.models import Grid, Profile
from staffing.models import Worker
from surveys.models import Filing, Receipt, Remark, Status
from tests.factories import (
    GridFactory,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    WorkerFactory,
    stand,
)
from tests.rounds import open_year

SCRIPT = {"headers": {"accept": "application/json"}}
SAVE_QUERIES = 12


def address(filing, section):
    return reverse("surveys:section", args=[filing.pk, section])


@pytest.fixture
def clerk(as_user, clerk_a):
    return as_user(clerk_a)


@pytest.fixture
def save(clerk, filing_a):
    """`save("profile", {"one.men": "5"}, was={…})`: what a page's script sends; the answer as data."""

    def sent(section, cells=(), was=(), version=None, key=None, **more):
        current = Filing.objects.values_list("version", flat=True).get(pk=filing_a.pk)
        form = {
            "version": current if version is None else version,
            "key": key or uuid4(),
            "was": json.dumps(dict(was)),
        }
        answer = clerk.post(address(filing_a, section), form | dict(cells) | more, **SCRIPT)
        assert answer.status_code == 200
        return answer.json()

    return sent


def test_one_field_is_stored_and_read_like_a_workbook(save, filing_a):
    answer = save("profile", {"one.households": "１，２００户", "one.area": "2.5平方公里"})
    stored = Profile.objects.get(filing=filing_a)
    assert (stored.households, str(stored.area)) == (1200, "2.50")
    assert answer["stored"]["one.households"] == "1200"
    assert (answer["version"], answer["errors"], answer["filled"]) == (1, {}, 2)


@pytest.mark.parametrize(
    ("section", "field", "typed", "shown"),
    [
        ("premises", "area", "12平米", "12"),
        ("funds", "budgeted", "2万", "20000"),
        ("grids", "phone", "√", "是"),
        ("premises", "tenure", "租赁民房", "租赁"),
        ("workers", "born", "1970.1.5", "1970-01-05"),
        ("grids", "households", "0", "0"),
    ],
)
def test_typed_words_are_read_as_in_a_workbook(section, field, typed, shown, save):
    key = {"workers": {"new1.name": "王芳"}, "grids": {"new1.name": "一"}}.get(section, {})
    answer = save(section, {**key, f"new1.{field}": typed})
    assert answer["errors"] == {}
    assert answer["stored"][f"new1.{field}"] == shown


def test_unreadable_cell_comes_back_with_its_sentence_and_the_rest_is_stored(save, filing_a):
    answer = save("profile", {"one.men": "不足20人", "one.women": "30"})
    assert list(answer["errors"]) == ["one.men"]
    assert "不是一个确切的数：不足20人" in answer["errors"]["one.men"]
    assert (Profile.objects.get(filing=filing_a).men, answer["stored"]) == (
        None,
        answer["stored"] | {"one.women": "30"},
    )


def test_bound_is_hard(save, filing_a):
    answer = save("equipment", {"one.phones": "5000"})
    assert answer["errors"] == {"one.phones": "超出合理范围。电话应在 0 到 1,000 部之间。"}
    assert answer["version"] == 0
    assert not Receipt.objects.exists()


def test_saving_counts_measures_and_leaves_one_line_in_the_trail(save, filing_a, clerk_a):
    ProfileFactory(filing=filing_a, households=100)
    save("profile", {"one.households": "120"}, was={"one.households": "100"})
    assert Measures.objects.get(filing=filing_a).households == 120
    line = AuditEntry.objects.get(target=f"filing:{filing_a.pk}")
    assert (line.by, line.verb, line.path) == (clerk_a, "填报", filing_a.path)
    assert line.changes == {"基本情况·总户数": ["100", "120"]}


def test_telephone_is_masked_on_the_page_in_the_answer_and_in_the_trail(save, clerk, filing_a):
    worker = WorkerFactory(filing=filing_a, name="王芳", phone="13812345678")
    assert "13812345678" not in clerk.get(address(filing_a, "workers")).content.decode()
    name = f"{worker.pk}.phone"
    answer = save("workers", {name: "13987654321"}, was={name: "138****5678"})
    assert answer["stored"] == {name: "139****4321"}
    assert AuditEntry.objects.filter(verb="填报").first().changes == {
        "工作人员·王芳·联系电话": ["138****5678", "139****4321"]
    }
    assert save("workers", {name: "137****0000"}, was={name: "139****4321"})["errors"] != {}
    assert Worker.objects.get().phone == "13987654321"


def test_same_form_twice_has_one_effect(save, filing_a):
    key = uuid4()
    first = save("grids", {"new1.name": "一"}, key=key, version=0)
    assert save("grids", {"new1.name": "一"}, key=key, version=0) == first
    assert (Grid.objects.count(), AuditEntry.objects.filter(verb="填报").count()) == (1, 1)


def test_two_people_in_different_cells_both_are_stored(save, filing_a):
    ProfileFactory(filing=filing_a, men=10, women=20)
    save("profile", {"one.men": "11"}, was={"one.men": "10"}, version=0)
    answer = save("profile", {"one.women": "21"}, was={"one.women": "20"}, version=0)
    assert (answer["version"], answer["conflicts"]) == (2, {})
    assert answer["all"]["one.men"] == "11"
    assert Profile.objects.values_list("men", "women").get() == (11, 21)


def test_two_people_in_one_cell_the_second_gets_both_values(save, filing_a, clerk_a):
    ProfileFactory(filing=filing_a, men=10)
    save("profile", {"one.men": "11"}, was={"one.men": "10"}, version=0)
    answer = save("profile", {"one.men": "12"}, was={"one.men": "10"}, version=0)
    assert answer["conflicts"]["one.men"] | {"at": ""} == {
        "theirs": "11",
        "by": clerk_a.name,
        "at": "",
    }
    assert Profile.objects.get().men == 11
    save("profile", {"one.men": "12"}, was={"one.men": "11"})
    assert Profile.objects.get().men == 12


def test_version_alone_does_not_let_a_stale_cell_through(save, filing_a):
    ProfileFactory(filing=filing_a, men=11)
    assert list(save("profile", {"one.men": "12"}, was={"one.men": "10"})["conflicts"]) == [
        "one.men"
    ]


def test_row_deleted_by_another_is_said(save, filing_a):
    grid = GridFactory(filing=filing_a, name="一", households=3)
    save("grids", delete=[str(grid.pk)], version=0)
    answer = save(
        "grids", {f"{grid.pk}.households": "4"}, was={f"{grid.pk}.households": "3"}, version=0
    )
    assert answer["errors"] == {
        f"{grid.pk}.households": "这一行已被删除。如仍需要，请在新行中填写。"
    }


def test_row_is_not_deleted_where_another_changed_it(save, filing_a):
    grid = GridFactory(filing=filing_a, name="一", households=3)
    answer = save("grids", delete=[str(grid.pk)], was={f"{grid.pk}.households": "2"})
    assert (answer["deleted"], Grid.objects.count()) == ([], 1)


def test_handed_in_filing_takes_nothing(clerk, filing_a):
    stand(filing_a, Status.SUBMITTED)
    answer = clerk.post(address(filing_a, "profile"), {"one.men": "5", "version": 0}, **SCRIPT)
    assert (answer.status_code, answer.json()["closed"]) == (
        409,
        "育才社区已报送，不能再改。如需修改，请撤回，或让上级退回。",
    )
    plain = clerk.post(address(filing_a, "profile"), {"one.men": "5", "version": 0})
    assert (plain.status_code, 'value="5"' in plain.content.decode(), Profile.objects.count()) == (
        409,
        True,
        0,
    )


def test_check_is_asked_about_until_it_is_answered(save, filing_a):
    answer = save("profile", {"one.residents": "10", "one.men": "4", "one.women": "5"})
    assert answer["asks"] == {
        "one": [
            {
                "cell": "one.women",
                "sentence": "男、女之和应等于总人口（男 4，女 5，总人口 10）",
                "reason": "",
            }
        ]
    }
    answer = save("profile", ok=["one.women"])
    assert answer["asks"]["one"][0]["reason"] == "已核对，属实"
    assert Remark.objects.values_list("kind", "section", "field", "value", "text").get() == (
        "reason",
        "profile",
        "women",
        "5",
        "已核对，属实",
    )
    answer = save("profile", {"one.women": "4"}, was={"one.women": "5"})
    assert answer["asks"]["one"][0]["reason"] == ""


def test_value_far_from_last_round_is_asked_about(save, filing_a, round_2022, county, community_a):
    ProfileFactory(filing=filing_a, households=100)
    later = open_year(county, 2023).filings.get(unit=community_a)
    filing_a.pk, filing_a.version = later.pk, 0
    answer = save("profile", {"one.households": "150"}, was={"one.households": "100"})
    sentences = [ask["sentence"] for ask in answer["asks"]["one"]]
    assert sentences == ["上期 100 户，本期多 50%，请核对"]


def test_blank_zero_not_applicable_and_not_known_are_four_things(save, clerk, filing_a):
    save("equipment", {"one.phones": "0", "one.desks": "不适用", "one.computers": "不详"})
    page = clerk.get(address(filing_a, "equipment")).content.decode()
    assert [
        f'name="one.{name}" id="one-{name}" value="{text}"' in page
        for name, text in [
            ("phones", "0"),
            ("desks", "不适用"),
            ("computers", "不详"),
            ("cabinets", ""),
        ]
    ] == [True] * 4
    assert sorted(Remark.objects.values_list("field", "text")) == [
        ("computers", "不详"),
        ("desks", "不适用"),
    ]
    answer = save("equipment", {"one.desks": "3"}, was={"one.desks": "不适用"})
    assert (answer["stored"], answer["filled"]) == ({"one.desks": "3"}, 3)
    assert Remark.objects.get().text == "不详"


def test_new_row_waits_for_its_key(save, filing_a):
    answer = save("grids", {"new1.households": "5"})
    assert answer["errors"] == {"new1.name": "没有填网格名称。先填这一格，整行才能保存。"}
    answer = save("grids", {"new1.households": "5", "new1.name": "一"})
    assert answer["rows"] == {"new1": Grid.objects.get().pk}


def test_second_row_of_the_same_key_is_refused(save, filing_a):
    GridFactory(filing=filing_a, name="一")
    answer = save("grids", {"new1.name": "一", "new2.name": "二"})
    assert answer["errors"] == {
        "new1.name": "同一社区的网格名称不能重复。改用另一个，或改已有的那一行。"
    }
    assert sorted(Grid.objects.values_list("name", flat=True)) == ["一", "二"]


def test_blank_key_takes_its_default(save, filing_a):
    save("funds", {"new1.received": "3000元"})
    assert FundLine.objects.values_list("purpose", "origin", "received").get() == (
        "office",
        "fiscal",
        3000,
    )


def test_block_of_rows_is_stored_at_once(save, filing_a):
    cells = {
        f"new{n}.{name}": text
        for n in range(1, 31)
        for name, text in [("name", f"第{n}网格"), ("residents", "1千")]
    }
    answer = save("grids", cells)
    assert (len(answer["rows"]), Grid.objects.filter(residents=1000).count()) == (30, 30)


def test_organisation_covers_communities_named(save, filing_a, neighbour_a, round_2022):
    other = round_2022.filings.get(unit=neighbour_a)
    answer = save("party", {"new1.name": "育才联合党支部", "new1.covers": "育才、东昊社区"})
    branch = PartyOrganisation.objects.get()
    assert {*branch.covers.values_list("pk", flat=True)} == {filing_a.pk, other.pk}
    assert (branch.form, answer["stored"]["new1.form"]) == ("joint_branch", "联合党支部")
    name = f"{branch.pk}.covers"
    answer = save("party", {name: "育才社区、天涯社区"}, was={name: "育才社区、东昊社区"})
    assert "名单里没有：天涯社区" in answer["errors"][name]
    save("party", {name: "育才社区"}, was={name: "育才社区、东昊社区"})
    assert list(branch.covers.values_list("pk", flat=True)) == [filing_a.pk]


def test_remarks_follow_a_renamed_record(save, filing_a):
    grid = GridFactory(filing=filing_a, name="一")
    save("grids", {f"{grid.pk}.worker": "不详"})
    save("grids", {f"{grid.pk}.name": "甲"}, was={f"{grid.pk}.name": "一"})
    assert Remark.objects.get().key == "甲"


def test_question_of_a_workbook_is_settled_by_a_readable_value(save, filing_a):
    from tests.surveys.readings import upload_to

    premises = PremisesFactory(filing=filing_a, name="办公用房")
    upload = upload_to(filing_a.round)
    remark = RemarkFactory(
        filing=filing_a,
        upload=upload,
        section="premises",
        key="办公用房",
        record_id=premises.pk,
        field="area",
        value="不足20平米",
    )
    save("premises", {f"{premises.pk}.area": "18"})
    remark.refresh_from_db()
    assert remark.closed_at is not None


@pytest.mark.django_db(transaction=True)
def test_saving_one_field_costs_no_more_than_twelve_queries(clerk, filing_a):
    ProfileFactory(filing=filing_a, households=100)
    form = {
        "version": 0,
        "key": uuid4(),
        "was": json.dumps({"one.households": "100"}),
        "one.households": "120",
    }
    with CaptureQueriesContext(connection) as captured:
        clerk.post(address(filing_a, "profile"), form, **SCRIPT)
    asked = [
        query["sql"][:60] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT"))
    ]
    assert len(asked) == SAVE_QUERIES, asked


def test_paper_shows_why_a_cell_is_blank(save, clerk, filing_a):
    save("equipment", {"one.desks": "不适用", "one.computers": "不详"})
    page = clerk.get(reverse("reports:filing", args=[filing_a.pk])).content.decode()
    assert [f'<span class="blank reason">{word}</span>' in page for word in ("不适用", "不详")] == [
        True,
        True,
    ]
