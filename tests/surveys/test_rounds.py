"""A round's life: planned, open, closed and open again; what it asks, of whom, and until when."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry
from communities.models import Kind, Level
from surveys.actions import import_workbook, open_round, read_workbook
from surveys.actions.handing_in import Refused, hand_in, send_back
from surveys.actions.rounds import close, extend, reopen
from surveys.entry.progress import progress_of_sections
from surveys.extras import round_sections
from surveys.models import Filing, Message, Round
from surveys.models.round import State
from surveys.workbook.write import write_workbook
from tests.factories import (
    FULL_PROFILE,
    FundLineFactory,
    ProfileFactory,
    UnitFactory,
    WorkerFactory,
    moment,
    stand,
)

DUE = moment(2022, 12, 31, 18)


def opened(county, period="2022", **options):
    return open_round(unit=county, period=period, due_at=DUE, **options)


def planned(county, **from_now):
    now = timezone.now()
    return open_round(
        unit=county,
        period="2023",
        opens_at=now + timedelta(**from_now),
        due_at=now + timedelta(days=30),
    )


def saved(client, filing):
    """The status of typing 300 households into the form, as its script does."""
    filing.refresh_from_db()
    form = {"version": filing.version, "one.households": "300"}
    address = reverse("surveys:section", args=[filing.pk, "profile"])
    return client.post(address, form, headers={"Accept": "application/json"})


# Who can write when


@pytest.mark.parametrize(("from_now", "status"), [({"seconds": 60}, 409), ({"seconds": -1}, 200)])
def test_nothing_is_saved_before_the_opening(
    from_now, status, units, county, clerk_a, community_a, as_user
):
    filing = planned(county, **from_now).filings.get(unit=community_a)
    answer = saved(as_user(clerk_a), filing)
    assert answer.status_code == status
    assert filing.profile_set.exists() == (status == 200)


def test_planned_round_says_when_it_begins(units, county, clerk_a, community_a, as_user):
    round = planned(county, days=3)
    filing = round.filings.get(unit=community_a)
    assert (
        "开始填报，现在只能查看，还不能保存。" in saved(as_user(clerk_a), filing).json()["closed"]
    )
    page = as_user(clerk_a).get(
        reverse("surveys:section", args=[filing.pk, "profile"]), follow=True
    )
    assert "开始填报，现在只能查看，还不能保存。" in page.content.decode()
    assert round.state == State.PLANNED


def test_late_filings_are_still_saved_and_handed_in(round_2022, filing_a, clerk_a, as_user):
    assert timezone.now() > round_2022.due_at
    assert saved(as_user(clerk_a), filing_a).status_code == 200


def test_closed_round_saves_nothing_and_says_whom_to_ask(round_2022, filing_a, clerk_a, as_user):
    close(round=round_2022)
    answer = saved(as_user(clerk_a), filing_a)
    assert answer.status_code == 409
    assert answer.json()["closed"].endswith("关闭，不能再改。确需修改的，请黄骅市重新开放。")
    assert not filing_a.profile_set.exists()


def test_round_closed_while_the_page_was_open_refuses_the_hand_in(round_2022, filing_a, clerk_a):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    close(round=Round.objects.get(pk=round_2022.pk))
    with pytest.raises(Refused, match="关闭，不能再改"):
        hand_in(filing=filing_a, version=0, by=clerk_a)
    assert Filing.objects.get(pk=filing_a.pk).status == "draft"


def test_closed_round_is_not_reviewed_either(round_2022, filing_a, district_reviewer):
    stand(filing_a, "submitted")
    close(round=filing_a.round)
    with pytest.raises(Refused, match="关闭，不能再改"):
        send_back(filing=filing_a, version=0, by=district_reviewer, reason="总户数不对")


def test_workbook_of_a_closed_round_is_refused(round_2022, street_a, filing_a):
    file = BytesIO()
    write_workbook(round=round_2022, unit=street_a, file=file)
    given = {"round": round_2022, "unit": street_a, "name": "表.xlsx", "content": file.getvalue()}
    reading = read_workbook(**given)
    close(round=Round.objects.get(pk=round_2022.pk))
    with pytest.raises(ValidationError, match="关闭，不能再改"):
        import_workbook(**given, reading=reading)


def test_reopened_round_is_written_to_again(
    round_2022, filing_a, clerk_a, as_user, district_reviewer
):
    close(round=round_2022, by=district_reviewer)
    reopen(round=round_2022, reason="两个社区漏报", by=district_reviewer)
    assert saved(as_user(clerk_a), filing_a).status_code == 200
    assert Message.objects.get(to=clerk_a).text == (
        "“黄骅市2022年度社区调查”重新开放，2022-12-31 18:00 截止。理由：两个社区漏报"
    )
    lines = (
        AuditEntry.objects.filter(target=f"round:{round_2022.pk}")
        .order_by("pk")
        .values_list("verb", "by")
    )
    assert [*lines] == [
        ("开设填报期", None),
        ("关闭填报期", district_reviewer.pk),
        ("重新开放填报期", district_reviewer.pk),
    ]


def test_dashboard_of_a_closed_round_stays_as_it_was(round_2022, county, filing_a, viewer, as_user):
    ProfileFactory(filing=filing_a, **FULL_PROFILE)
    stand(filing_a, "approved")
    page = reverse("reports:filing", args=[filing_a.pk])
    before = as_user(viewer).get(page).context["sheets"]
    close(round=round_2022)
    assert as_user(viewer).get(page).context["sheets"] == before


# One step at a time


def test_round_is_closed_once(round_2022):
    again = Round.objects.get(pk=round_2022.pk)
    close(round=round_2022)
    with pytest.raises(ValidationError) as refused:
        close(round=again)
    assert refused.value.messages == [
        "“黄骅市2022年度社区调查”刚才被别人改过，现在是“已关闭”。请看过再办。"
    ]


def test_round_that_is_open_is_not_reopened(round_2022):
    with pytest.raises(ValidationError, match="现在是“填报中”"):
        reopen(round=round_2022, reason="漏报")


def test_extension_moves_the_deadline_and_tells_the_clerks(
    round_2022, clerk_a, clerk_b, district_reviewer
):
    until = moment(2023, 1, 15, 18)
    extend(round=round_2022, reason="大雪封路", by=district_reviewer, due_at=until)
    round_2022.refresh_from_db()
    assert round_2022.due_at == until
    line = AuditEntry.objects.get(verb="延期")
    assert line.changes == {
        "截止时间": ["2022-12-31 18:00", "2023-01-15 18:00"],
        "理由": [None, "大雪封路"],
    }
    assert [message.to for message in Message.objects.order_by("to")] == [clerk_a, clerk_b]


@pytest.mark.parametrize(
    ("times", "reason", "sentence"),
    [
        (
            {"due_at": moment(2022, 12, 30)},
            "早",
            "截止时间只能延后，不能早于原来的 2022-12-31 18:00。",
        ),
        ({"due_at": DUE}, "同", "时间没有变化。请填新的截止时间。"),
        ({"due_at": moment(2023, 1, 9)}, " ", "请写明延期的理由，填报人会看到。"),
        ({"opens_at": moment(2023, 1, 9)}, "改", "已经开始填报，不能再改开始时间。"),
        (
            {"street_due_at": moment(2023, 1, 9)},
            "街道",
            "各级截止时间应自下而上：社区不晚于街道，街道不晚于区县，区县不晚于本期截止。",
        ),
    ],
)
def test_extension_that_makes_no_sense_is_refused(times, reason, sentence, round_2022):
    with pytest.raises(ValidationError) as refused:
        extend(round=round_2022, reason=reason, **times)
    assert refused.value.messages == [sentence]
    assert Round.objects.get().due_at == DUE


def test_closed_round_is_not_extended(round_2022):
    close(round=round_2022)
    with pytest.raises(ValidationError, match="请先重新开放"):
        extend(round=round_2022, reason="晚", due_at=moment(2023, 1, 9))


def test_planned_round_is_put_off(units, county):
    round = planned(county, days=3)
    later = round.opens_at + timedelta(days=2)
    extend(round=round, reason="培训推迟", opens_at=later)
    assert Round.objects.get().opens_at == later


# Deadlines of the levels


def test_each_level_has_its_own_due_time_or_that_of_the_level_above(units, county):
    street, community = moment(2022, 12, 20), moment(2022, 12, 10)
    round = opened(
        county,
        dues={Level.STREET: street, Level.COMMUNITY: community},
        opens_at=moment(2022, 12, 1),
    )
    found = [
        round.due_for(level)
        for level in (Level.COMMUNITY, Level.STREET, Level.DISTRICT, Level.CITY)
    ]
    assert found == [community, street, DUE, DUE]


@pytest.mark.parametrize(
    ("dues", "sentence"),
    [
        (
            {Level.COMMUNITY: moment(2022, 12, 21), Level.STREET: moment(2022, 12, 20)},
            "各级截止时间应自下而上",
        ),
        ({Level.DISTRICT: moment(2023, 1, 1)}, "各级截止时间应自下而上"),
        ({Level.COMMUNITY: moment(2022, 11, 30)}, "各级截止时间都应晚于开始时间。"),
    ],
)
def test_due_times_that_contradict_are_refused(dues, sentence, units, county):
    with pytest.raises(ValidationError, match=sentence):
        opened(county, dues=dues, opens_at=moment(2022, 12, 1))
    assert not Filing.objects.exists()


def test_clerk_reads_the_deadline_of_the_own_level(units, county, clerk_a, community_a, as_user):
    due = timezone.now() + timedelta(days=30)
    open_round(
        unit=county, period="2023", due_at=due, dues={Level.STREET: due - timedelta(days=10)}
    )
    assert "还有 20 天" in as_user(clerk_a).get(reverse("surveys:work")).content.decode()


# What is asked, and of whom


def test_round_asks_only_its_sections_everywhere(
    units, county, street_a, community_a, clerk_a, as_user
):
    round = opened(county, sections=["funds", "profile"])
    filing = round.filings.get(unit=community_a)
    assert [section.name for section in round_sections(round)] == ["profile", "funds"]
    assert [each.name for each in progress_of_sections(filing, [])] == ["profile", "funds"]
    client = as_user(clerk_a)
    statuses = [
        client.get(reverse("surveys:section", args=[filing.pk, name])).status_code
        for name in ("funds", "workers")
    ]
    assert statuses == [200, 404]
    sheets = client.get(reverse("reports:filing", args=[filing.pk])).context["sheets"]
    assert [sheet.name for sheet in sheets] == ["profile", "funds"]
    assert round.filings.get(unit=street_a).asked is False


def test_workbook_holds_only_what_is_asked_and_leaves_the_rest_unread(units, county, street_a):
    whole, some = opened(county, "2021"), opened(county, sections=["profile"])
    file = BytesIO()
    write_workbook(round=some, unit=street_a, file=file)
    file.seek(0)
    visible = [sheet.title for sheet in load_workbook(file) if sheet.sheet_state == "visible"]
    assert visible[1:] == ["基本情况"]
    file = BytesIO()
    write_workbook(round=whole, unit=street_a, file=file)
    reading = read_workbook(round=some, unit=street_a, name="表.xlsx", content=file.getvalue())
    notes = {finding.sheet: finding.reason for finding in reading.findings if finding.sheet}
    assert notes["工作人员"] == "本期不填这一分项，这张表没有读"
    assert "基本情况" not in notes


def test_hand_in_asks_for_nothing_that_is_not_asked(units, county, community_a, clerk_a):
    filing = opened(county, sections=["funds"]).filings.get(unit=community_a)
    assert hand_in(filing=filing, version=0, by=clerk_a) == []


@pytest.mark.parametrize(("kinds", "count"), [([Kind.COMMUNITY], 6), ([Kind.VILLAGE], 4), ([], 7)])
def test_round_asks_only_communities_of_its_kinds(kinds, count, units, county, street_a):
    UnitFactory(name="前街村", kind=Kind.VILLAGE, parent=street_a)
    assert opened(county, kinds=kinds).filings.count() == count


def test_unit_left_out_has_no_filing_and_a_reason(units, county, street_a, community_b):
    round = opened(county, left_out={street_a: "整体拆迁", community_b: "已并入"})
    assert [filing.name for filing in round.filings.all()] == ["黄骅市", "骅中街道"]
    assert [str(each) for each in round.left_out.all()] == [
        "骅东街道：整体拆迁",
        "平安社区居民委员会：已并入",
    ]
    line = AuditEntry.objects.get(verb="开设填报期")
    assert line.changes["不填报"] == [None, "骅东街道（整体拆迁）、平安社区居民委员会（已并入）"]


@pytest.mark.parametrize(
    ("place", "reason"), [("street_a", "  "), ("county", "全部"), ("city", "外")]
)
def test_leaving_out_needs_a_reason_and_a_unit_below(place, reason, units, county, request):
    with pytest.raises(ValidationError):
        opened(county, left_out={request.getfixturevalue(place): reason})
    assert not Round.objects.exists()


def test_unknown_section_is_named(units, county):
    with pytest.raises(ValidationError, match="没有名为“fundz”的分项"):
        opened(county, sections=["fundz"])


# What is carried forward


def fill(filing):
    ProfileFactory(filing=filing, **FULL_PROFILE)
    WorkerFactory(filing=filing, name="王芳")


def counts(filing):
    return filing.profile_set.count(), filing.worker_set.count()


def test_only_the_sections_named_are_carried(units, county, community_a):
    fill(opened(county, "2021").filings.get(unit=community_a))
    filing = opened(county, carried=["workers"]).filings.get(unit=community_a)
    assert counts(filing) == (0, 1)
    assert filing.round.carried == ["workers"]


def test_records_are_carried_from_the_round_named(units, county, community_a):
    old = opened(county, "2020")
    fill(old.filings.get(unit=community_a))
    opened(county, "2021")
    assert counts(opened(county, source=old).filings.get(unit=community_a)) == (1, 1)


def test_year_carries_on_the_last_year_and_not_a_month_that_asked_less(units, county, community_a):
    fill(opened(county, "2021").filings.get(unit=community_a))
    month = opened(county, "2022M11", sections=["funds"], opens_at=moment(2022, 11, 1))
    FundLineFactory(filing=month.filings.get(unit=community_a))
    year = opened(county).filings.get(unit=community_a)
    assert (year.previous.round.period, counts(year)) == ("2021", (1, 1))
    following = opened(county, "2022M12", sections=["funds"], carried=[])
    assert following.filings.get(unit=community_a).previous.round == month


def test_clerks_learn_of_a_round_that_opens(units, county, clerk_a, stranger):
    planned(county, days=3)
    assert [message.to for message in Message.objects.all()] == [clerk_a]
