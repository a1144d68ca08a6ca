"""The bureau's pages about rounds: opened, given more time, closed; who is where; who is reminded."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Filing, Message, Reminder, Round
from tests.factories import AssignmentFactory, UserFactory, stand

FORM = {
    "unit": "130983",
    "kind": "Q",
    "year": "2023",
    "part": "1",
    "due": "2023-04-10",
    "community_due": "2023-04-05",
    "sections": ["profile", "funds"],
    "carried": ["profile"],
    "kinds": ["community", "village"],
    "left_out": "平安社区居民委员会，整体拆迁",
}


@pytest.fixture
def client(district_reviewer):
    """The county's reviewer."""
    return signed_in(district_reviewer)


def signed_in(user):
    made = Client()
    made.force_login(user)
    return made


def opened(client, **changes):
    return client.post(reverse("surveys:new_round"), FORM | changes)


def errors(answer):
    return [sentence for each in answer.context["form"].errors.values() for sentence in each]


def test_round_is_opened_as_the_form_says(client, units, county):
    answer = opened(client)
    round = Round.objects.get()
    assert (answer.url, round.period, round.title) == (
        reverse("surveys:round", args=[round.pk]),
        "2023Q1",
        "黄骅市2023年第1季度社区工作季度汇报",
    )
    assert (round.section_names, round.carried, round.kinds) == (
        ["profile", "funds"],
        ["profile"],
        [],
    )
    assert (str(round.reference_date), round.filings.count()) == ("2023-03-31", 5)
    assert [str(timezone.localtime(at)) for at in (round.community_due_at, round.due_at)] == [
        "2023-04-05 23:59:59+08:00",
        "2023-04-10 23:59:59+08:00",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"part": "5"}, "请填 1 到 4。"),
        ({"kind": "M", "part": ""}, "请填 1 到 12。"),
        (
            {"left_out": "平安社区居民委员会"},
            "“平安社区居民委员会”没有写原因。一行写一个单位，如：平安社区，整体拆迁。",
        ),
        ({"unit": "139999"}, "您管理的范围里没有单位“139999”；请核对名称，或写 12 位区划代码。"),
        ({"due": ""}, "请填本期截止日期。"),
        (
            {"community_due": "2023-04-20"},
            "各级截止时间应自下而上：社区不晚于街道，街道不晚于区县，区县不晚于本期截止。",
        ),
    ],
)
def test_form_that_cannot_be_used_says_why_and_keeps_what_was_typed(
    changes, sentence, client, units
):
    answer = opened(client, **changes)
    assert (answer.status_code, errors(answer), Round.objects.count()) == (422, [sentence], 0)
    assert 'value="2023"' in answer.content.decode()


def test_round_of_a_period_is_opened_once(client, units):
    opened(client)
    assert errors(opened(client)) == ["该单位这一期已经开设。"]


def test_reviewer_opens_no_round_outside_the_area(client, units, city):
    assert errors(opened(client, unit=city.code)) == [
        f"您管理的范围里没有单位“{city.code}”；请核对名称，或写 12 位区划代码。"
    ]


def test_deadline_is_put_off_on_the_page(client, round_2022, clerk_a):
    form = {"due": "2023-01-15", "reason": "大雪封路"}
    client.post(reverse("surveys:extend_round", args=[round_2022.pk]), form)
    round_2022.refresh_from_db()
    assert str(timezone.localdate(round_2022.due_at)) == "2023-01-15"
    assert Message.objects.filter(to=clerk_a).count() == 1


def test_extension_without_a_reason_keeps_what_was_typed(client, round_2022):
    answer = client.post(
        reverse("surveys:extend_round", args=[round_2022.pk]), {"due": "2023-01-15", "reason": ""}
    )
    assert (answer.status_code, answer.context["wrong"]) == (
        409,
        ["请写明延期的理由，填报人会看到。"],
    )
    assert 'value="2023-01-15"' in answer.content.decode()


def test_extension_that_touches_nothing_changes_nothing(client, round_2022):
    answer = client.post(
        reverse("surveys:extend_round", args=[round_2022.pk]), {"due": "2022-12-31", "reason": "同"}
    )
    assert answer.context["wrong"] == ["时间没有变化。请填新的截止时间。"]


def test_round_is_closed_and_opened_again_on_the_page(client, round_2022):
    client.post(reverse("surveys:close_round", args=[round_2022.pk]))
    page = client.get(reverse("surveys:round", args=[round_2022.pk])).content.decode()
    assert ("已关闭" in page, "重新开放" in page, "延期并通知" in page) == (True, True, False)
    client.post(reverse("surveys:reopen_round", args=[round_2022.pk]), {"reason": "漏报"})
    assert Round.objects.get().closed_at is None


def test_page_of_a_round_tells_what_was_done_to_it(client, round_2022):
    client.post(reverse("surveys:close_round", args=[round_2022.pk]))
    lines = client.get(reverse("surveys:round", args=[round_2022.pk])).context["lines"]
    assert [line.entry.verb for line in lines] == ["关闭填报期", "开设填报期"]


def test_bureau_without_a_round_is_led_to_the_form(client, units):
    assert reverse("surveys:new_round") in client.get("/").content.decode()
    assert "开设第一期" in client.get(reverse("surveys:rounds")).content.decode()


# Progress


@pytest.fixture
def progress(client, round_2022, county):
    address = reverse("surveys:progress", args=[round_2022.filings.get(unit=county).pk])
    return lambda **query: client.get(address, query)


def test_progress_counts_each_unit_and_leads_to_the_list(progress, filing_a, filing_b):
    stand(filing_a, "submitted")
    stand(filing_b, "returned")
    answer = progress(stand="returned")
    rows = {row.filing.name: (row.total, row.done, row.late) for row in answer.context["rows"]}
    assert rows == {"骅东街道": (3, 1, 2), "骅中街道": (2, 0, 2)}
    assert [each.name for each in answer.context["page"].object_list] == ["平安社区"]


def test_list_of_an_unknown_column_is_not_found(progress):
    assert progress(stand="x").status_code == 404


def test_reminder_reaches_the_clerks_and_is_counted(
    client, progress, round_2022, county, clerk_a, clerk_b
):
    address = reverse("surveys:remind", args=[round_2022.filings.get(unit=county).pk])
    answer = client.post(address, {"stand": "late", "all": "1"}, follow=True)
    assert "已催报 5 个单位" in answer.content.decode()
    assert [each.times for each in answer.context["page"].object_list] == [1] * 5
    again = client.post(address, {"stand": "late", "all": "1"}, follow=True)
    assert "5 个单位一天内已催过" in again.content.decode()
    client.post(address, {"stand": "late", "all": "1", "again": "1"})
    assert (Reminder.objects.count(), Message.objects.count()) == (10, 4)


def test_only_what_was_ticked_is_reminded_of(
    client, progress, filing_a, clerk_a, round_2022, county
):
    address = reverse("surveys:remind", args=[round_2022.filings.get(unit=county).pk])
    client.post(address, {"stand": "late", "pick": [str(filing_a.pk)]})
    assert [each.filing for each in Reminder.objects.all()] == [filing_a]


def test_nothing_of_another_area_is_reminded_of(street_a, filing_b, round_2022):
    reviewer = AssignmentFactory(user=UserFactory(), unit=street_a, role="reviewer").user
    street = round_2022.filings.get(unit=street_a)
    signed_in(reviewer).post(
        reverse("surveys:remind", args=[street.pk]), {"stand": "all", "pick": [str(filing_b.pk)]}
    )
    assert Reminder.objects.count() == 0


@pytest.mark.parametrize("handed_in", [1, 3])
def test_progress_costs_the_same_however_many(
    handed_in, progress, round_2022, django_assert_num_queries
):
    for filing in Filing.objects.filter(round=round_2022).communities()[:handed_in]:
        stand(filing, "submitted")
    progress()
    with django_assert_num_queries(9):
        progress(stand="all")


@pytest.mark.parametrize("more", [0, 2])
def test_list_of_rounds_costs_the_same_however_many(
    more, client, round_2022, county, django_assert_num_queries
):
    for year in range(more):
        opened(client, year=str(2024 + year))
    client.get(reverse("surveys:rounds"))
    with django_assert_num_queries(7):
        client.get(reverse("surveys:rounds"))


def test_planned_round_shows_its_opening_in_the_form(client, units, county):
    opens = timezone.localtime() + timedelta(days=3)
    year = str(opens.year + 1)
    opened(
        client, year=year, opens_at=f"{opens:%Y-%m-%dT%H:%M}", due=f"{year}-12-31", community_due=""
    )
    form = client.get(reverse("surveys:round", args=[Round.objects.get().pk])).context["form"]
    assert "opens_at" in form.fields
