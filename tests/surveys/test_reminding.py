"""催报: one message a clerk, a record of each, and once a day at most."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from surveys.actions.reminding import remind
from surveys.models import Filing, Message, Reminder
from surveys.rounds.progress import late_condition
from tests.factories import stand


def urge(round, by, **more):
    return remind(
        round=round,
        filings=Filing.objects.filter(late_condition(round), round=round),
        by=by,
        **more,
    )


def names(filings):
    return [filing.name for filing in filings]


def test_each_clerk_gets_one_message_about_all_that_is_late(
    round_2022, clerk_a, clerk_b, district_reviewer
):
    made = urge(round_2022, district_reviewer)
    days = (timezone.localdate() - timezone.localdate(round_2022.due_at)).days
    assert names(made.done) == ["骅东街道", "育才社区", "东昊社区", "骅中街道", "平安社区"]
    assert [(m.to, m.kind, m.text) for m in Message.objects.order_by("to")] == [
        (
            clerk_a,
            "reminder",
            f"“黄骅市2022年度社区调查”还没有报送：骅东街道、育才社区、东昊社区。已逾期 {days} 天，请尽快报送。",
        ),
        (
            clerk_b,
            "reminder",
            f"“黄骅市2022年度社区调查”还没有报送：骅中街道、平安社区。已逾期 {days} 天，请尽快报送。",
        ),
    ]


def test_who_was_reminded_when_and_by_whom_is_kept(
    round_2022, filing_a, clerk_a, district_reviewer
):
    remind(round=round_2022, filings=Filing.objects.filter(pk=filing_a.pk), by=district_reviewer)
    kept = Reminder.objects.get()
    assert (kept.filing, kept.by, kept.told) == (filing_a, district_reviewer, "骅东填报员")
    assert Message.objects.get().filing == filing_a
    assert AuditEntry.objects.get(verb="催报").changes == {
        "单位": [None, "育才社区"],
        "填报人": [None, "1 人"],
    }


@pytest.mark.parametrize(
    ("hours", "again", "done"), [(23, False, 0), (25, False, 1), (23, True, 1)]
)
def test_nobody_is_reminded_twice_within_a_day_unless_confirmed(
    hours, again, done, round_2022, filing_a, clerk_a, district_reviewer
):
    mine = Filing.objects.filter(pk=filing_a.pk)
    remind(round=round_2022, filings=mine, by=district_reviewer)
    Reminder.objects.update(at=timezone.now() - timedelta(hours=hours))
    made = remind(round=round_2022, filings=mine, by=district_reviewer, again=again)
    assert (len(made.done), len(made.recent)) == (done, 1 - done)
    assert Message.objects.count() == 1 + done


def test_units_without_a_clerk_are_named_and_not_recorded(round_2022, clerk_a, district_reviewer):
    made = urge(round_2022, district_reviewer)
    assert names(made.nobody) == ["骅中街道", "平安社区"]
    assert Reminder.objects.count() == 3


def test_what_was_handed_in_is_not_reminded_of(round_2022, filing_a, clerk_a, district_reviewer):
    stand(filing_a, "submitted")
    made = remind(
        round=round_2022, filings=Filing.objects.filter(pk=filing_a.pk), by=district_reviewer
    )
    assert (made.done, made.recent, made.nobody) == ([], [], [])
    assert not Message.objects.exists()


def test_reminder_before_the_deadline_says_until_when(
    round_2022, filing_a, clerk_a, district_reviewer
):
    round_2022.due_at = timezone.now() + timedelta(days=2)
    round_2022.save()
    remind(round=round_2022, filings=Filing.objects.filter(pk=filing_a.pk), by=district_reviewer)
    due = timezone.localtime(round_2022.due_at)
    assert f"{due:%Y-%m-%d %H:%M} 截止，请尽快报送。" in Message.objects.get().text
