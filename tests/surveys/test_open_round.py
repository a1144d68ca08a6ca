import json
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from communities.models import GovernancePeriod, Unit
from residents.models import Profile
from surveys.actions import open_round
from surveys.models import Round
from tests.factories import (
    PartyOrganisationFactory,
    ProfileFactory,
    UnitFactory,
    WorkerFactory,
    moment,
)
from tests.rounds import open_year


def test_open_round_freezes_the_tree_of_its_unit(units, county, street_a, community_a):
    round = open_year(county, 2022)
    filing = round.filings.get(unit=community_a)
    names = list(round.filings.values_list("name", flat=True))
    assert names == ["黄骅市", "骅东街道", "育才社区", "东昊社区", "骅中街道", "平安社区"]
    assert (filing.name, filing.code, filing.path) == ("育才社区", "130983001016", community_a.path)
    assert filing.parent == round.filings.get(unit=street_a)
    assert (filing.street, filing.district, filing.city) == (street_a, county, county.parent)


def test_open_round_takes_the_last_day_of_its_period_as_reference(units, county):
    round = open_round(unit=county, period="2022Q3", due_at=moment(2022, 10, 15))
    assert (round.reference_date, round.title) == (
        date(2022, 9, 30),
        "黄骅市2022年第3季度社区工作季度汇报",
    )


def test_open_round_leaves_out_units_closed_before_the_reference_date(
    units, county, community_a, community_b
):
    Unit.objects.filter(pk=community_a.pk).update(closed_on=date(2022, 6, 1))
    Unit.objects.filter(pk=community_b.pk).update(opened_on=date(2023, 1, 1))
    assert not open_year(county, 2022).filings.filter(unit__in=[community_a, community_b]).exists()


def test_open_round_hangs_a_community_on_the_nearest_open_unit_above(
    units, county, street_a, community_a
):
    Unit.objects.filter(pk=street_a.pk).update(closed_on=date(2022, 6, 1))
    filing = open_year(county, 2022).filings.get(unit=community_a)
    assert (filing.parent.unit, filing.street) == (county, None)


def test_open_round_inherits_governance_in_force_on_the_reference_date(
    units, city, county, street_a, community_b
):
    GovernancePeriod.objects.create(unit=city, model="county", since=date(2020, 1, 1))
    GovernancePeriod.objects.create(
        unit=street_a, model="big_community", since=date(2021, 1, 1), until=date(2022, 1, 1)
    )
    GovernancePeriod.objects.create(unit=community_b, model="traditional", since=date(2022, 12, 31))
    found = dict(open_year(county, 2022).filings.values_list("unit", "governance"))
    assert (found[street_a.pk], found[community_b.pk]) == ("county", "traditional")


def test_open_round_carries_every_section_forward(units, county, community_a):
    last = open_year(county, 2021).filings.get(unit=community_a)
    ProfileFactory(filing=last, households=1500, note="核过")
    WorkerFactory(filing=last, name="王芳", pay="1890.50")
    filing = open_year(county, 2022).filings.get(unit=community_a)
    assert filing.previous == last
    assert list(filing.profile_set.values_list("households", "note")) == [(1500, "核过")]
    assert list(filing.worker_set.values_list("name", "pay")) == [("王芳", 1890.50)]


def test_open_round_carries_shared_branches_to_the_new_filings(
    units, county, community_a, neighbour_a
):
    first = open_year(county, 2021)
    host, guest = (first.filings.get(unit=each) for each in (community_a, neighbour_a))
    PartyOrganisationFactory(filing=host, name="联合党支部").covers.add(host, guest)
    second = open_year(county, 2022)
    covered = second.filings.get(unit=community_a).partyorganisation_set.get().covers.all()
    assert {filing.pk for filing in covered} == {
        second.filings.get(unit=u).pk for u in (community_a, neighbour_a)
    }


def test_open_round_follows_the_latest_earlier_round(units, county, community_a):
    open_year(county, 2020)
    latest = open_year(county, 2021)
    open_year(county, 2023)
    assert open_year(county, 2022).filings.get(unit=community_a).previous.round == latest


def test_open_round_writes_the_trail_and_tells_who_asked(
    units, county, district_reviewer, monkeypatch
):
    told = []
    monkeypatch.setattr(
        "surveys.actions.hooks.after_save", [lambda round, ids: told.append((round, len(ids)))]
    )
    round = open_year(county, 2022, by=district_reviewer)
    line = AuditEntry.objects.get()
    assert (line.by, line.verb, line.target) == (
        district_reviewer,
        "开设填报期",
        f"round:{round.pk}",
    )
    assert told == [(round, 6)]


def test_open_round_costs_the_same_queries_for_more_units(units, county, django_assert_num_queries):
    open_year(county, 2020)
    with CaptureQueriesContext(connection) as few:
        open_year(county, 2021)
    UnitFactory.create_batch(50, parent=county)
    with django_assert_num_queries(len(few)):
        round = open_year(county, 2022)
    assert round.filings.count() == 56


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"year": "22"}, "填报期写成年份 2022、季度 2022Q3 或月份 2022M05。"),
        (
            {"unit": "139999"},
            "没有代码为 139999 的单位。请核对区划代码，或先用 load_units 导入单位。",
        ),
        ({"due": "年底"}, "日期“年底”读不懂，应写成 2022-12-31。"),
        ({"year": None}, "请用 --year 2022 或 --period 2022Q3 说明是哪一期。"),
        ({"year": "2021"}, "该单位这一期已经开设。"),
    ],
)
def test_open_round_command_says_what_is_wrong(units, county, options, sentence):
    open_year(county, 2021)
    with pytest.raises(CommandError) as error:
        call_command(
            "open_round", **{"year": "2022", "unit": "130983", "due": "2022-12-31", **options}
        )
    assert str(error.value) == sentence


def test_open_round_command_opens_until_the_end_of_the_due_day(units, county):
    out = StringIO()
    call_command("open_round", "--year=2022", "--unit=130983", "--due=2022-12-31", stdout=out)
    assert out.getvalue() == "已开设“黄骅市2022年度社区调查”：6 份填报表，基准日 2022-12-31。\n"
    assert Round.objects.get().due_at == moment(2022, 12, 31, 23, 59, 59)


def test_find_round_takes_the_nearest_over_the_unit(units, city, county, community_a):
    wide, narrow = open_year(city, 2022), open_year(county, 2022)
    found = [Round.objects.find_round("2022", unit) for unit in (city, county, community_a)]
    assert found == [wide, narrow, narrow]


def test_find_round_without_unit_names_the_candidates(units, city, county):
    open_year(city, 2022)
    assert Round.objects.find_round(" 2022 ") == Round.objects.get()
    open_year(county, 2022)
    with pytest.raises(ValidationError) as error:
        Round.objects.find_round("2022")
    assert error.value.messages == [
        "2022 有 2 个填报期：沧州市（130900000000）、黄骅市（130983000000）。请用 --unit 说明是哪个单位的。"
    ]


def test_find_round_says_when_there_is_none(units, county):
    with pytest.raises(ValidationError) as error:
        Round.objects.find_round("2021q3", county)
    assert error.value.messages == [
        "黄骅市没有 2021Q3 这一期。请先用 open_round 开设，或核对年份。"
    ]


def test_open_round_command_carries_nothing_where_it_is_told_so(units, county, community_a):
    before = open_year(county, 2021)
    ProfileFactory(filing=before.filings.get(unit=community_a), households=900)
    call_command(
        "open_round",
        "--year=2022",
        "--unit=130983",
        "--due=2022-12-31",
        "--carried",
        stdout=StringIO(),
    )
    filing = Round.objects.get(period="2022").filings.get(unit=community_a)
    assert (filing.round.carried, filing.previous.round) == ([], before)
    assert not Profile.objects.filter(filing=filing).exists()


# SQLite does not guess by statistics of values; a skipped test would fail the whole where nothing may be left out.
if connection.vendor == "postgresql":

    def test_open_round_leaves_no_statistics_without_the_new_round(units, county):
        for year in (2021, 2022):
            filings = open_year(county, year).filings.all()
            (plan,) = json.loads(filings.explain(format="json"))
            assert plan["Plan"]["Plan Rows"] == filings.count()
