"""Messages: who gets them, how many are unread, what happens where the mail server fails."""

import logging

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.actions.messages import clerks_of, deliver, read, send
from surveys.models import Message
from tests.factories import AssignmentFactory, UserFactory, stand

TEXT = "请尽快报送。"


def tell(*people, **more):
    return send(to=people, kind=Message.Kind.NOTICE, text=TEXT, **more)


def unread(user):
    user.refresh_from_db()
    return user.unread


def test_message_reaches_each_and_is_counted(clerk_a, clerk_b, district_reviewer, filing_a):
    assert tell(clerk_a, clerk_b, district_reviewer, filing=filing_a, by=district_reviewer) == 2
    found = Message.objects.order_by("to").values_list("to", "text", "filing", "round", "by")
    about = (TEXT, filing_a.pk, filing_a.round_id, district_reviewer.pk)
    assert [*found] == [(clerk_a.pk, *about), (clerk_b.pk, *about)]
    assert [unread(user) for user in (clerk_a, clerk_b, district_reviewer)] == [1, 1, 0]


def test_several_to_one_person_count_each(clerk_a, clerk_b):
    said = [
        Message(to=to, kind=Message.Kind.NOTICE, text=TEXT) for to in (clerk_a, clerk_a, clerk_b)
    ]
    assert deliver(said) == 3
    assert [unread(clerk_a), unread(clerk_b)] == [2, 1]


def test_message_is_read_once_and_only_ones_own(clerk_a, clerk_b):
    tell(clerk_a, clerk_b)
    assert [read(messages=Message.objects.all(), by=clerk_a) for _ in range(2)] == [1, 0]
    assert [unread(clerk_a), unread(clerk_b)] == [0, 1]


def test_number_stands_in_the_bar_without_a_query(as_user, clerk_a, django_assert_num_queries):
    client, page = as_user(clerk_a), reverse("accounts:password")
    with CaptureQueriesContext(connection) as before:
        assert "条未读" not in client.get(page).content.decode()
    tell(clerk_a)
    with django_assert_num_queries(len(before)):
        shown = client.get(page).content.decode()
    assert 'aria-label="1 条未读"' in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_costs_the_same_at_any_length(
    rows, as_user, clerk_a, filing_a, django_assert_num_queries
):
    for _ in range(rows):
        tell(clerk_a, filing=filing_a)
    client = as_user(clerk_a)
    with django_assert_num_queries(7):
        page = client.get(reverse("surveys:messages"))
    assert len(page.context["page"].object_list) == rows


def test_opening_a_message_reads_it_and_leads_to_its_filing(as_user, clerk_a, filing_a):
    tell(clerk_a, filing=filing_a)
    answer = as_user(clerk_a).post(reverse("surveys:message", args=[Message.objects.get().pk]))
    assert answer.url == reverse("reports:filing", args=[filing_a.pk])
    assert unread(clerk_a) == 0


def test_message_about_a_returned_filing_leads_to_what_is_to_be_corrected(
    as_user, clerk_a, filing_a
):
    stand(filing_a, "returned")
    tell(clerk_a, filing=filing_a)
    answer = as_user(clerk_a).post(reverse("surveys:message", args=[Message.objects.get().pk]))
    assert answer.url == reverse("surveys:answer", args=[filing_a.pk])


def test_message_about_a_unit_no_longer_in_sight_is_only_read(as_user, clerk_a, filing_b):
    tell(clerk_a, filing=filing_b)
    answer = as_user(clerk_a).post(reverse("surveys:message", args=[Message.objects.get().pk]))
    assert (answer.url, unread(clerk_a)) == (reverse("surveys:messages"), 0)


@pytest.mark.parametrize(("kind", "call"), [("approved", "查看"), ("returned", "去处理")])
def test_button_calls_to_work_where_there_is_some(kind, call, as_user, clerk_a, filing_a):
    send(to=[clerk_a], kind=kind, text="育才社区有消息。", filing=filing_a)
    page = as_user(clerk_a).get(reverse("surveys:messages")).content.decode()
    assert f">{call}</button>" in page


def test_message_of_another_is_not_found(as_user, clerk_a, clerk_b):
    tell(clerk_b)
    assert (
        as_user(clerk_a)
        .post(reverse("surveys:message", args=[Message.objects.get().pk]))
        .status_code
        == 404
    )
    assert TEXT not in as_user(clerk_a).get(reverse("surveys:messages")).content.decode()
    assert unread(clerk_b) == 1


def test_all_are_read_by_one_button(as_user, clerk_a):
    tell(clerk_a)
    tell(clerk_a)
    page = as_user(clerk_a).post(reverse("surveys:read_all"), follow=True).content.decode()
    assert "已把 2 条消息标为已读。" in page
    assert unread(clerk_a) == 0


def test_mail_goes_out_where_a_server_is_set(
    clerk_a, clerk_b, filing_a, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_URL = "smtp://mail.example.gov.cn"
    clerk_a.email = "a@example.gov.cn"
    clerk_a.save()
    with django_capture_on_commit_callbacks(execute=True):
        tell(clerk_a, clerk_b, filing=filing_a)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["a@example.gov.cn"], "[通知] “黄骅市2022年度社区调查”")
    ]
    assert TEXT in mail.outbox[0].body
    mailed = [message.to for message in Message.objects.exclude(mailed_at=None)]
    assert mailed == [clerk_a]


def test_no_mail_without_a_server(clerk_a, django_capture_on_commit_callbacks):
    clerk_a.email = "a@example.gov.cn"
    clerk_a.save()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        tell(clerk_a)
    assert (callbacks, mail.outbox) == ([], [])


def test_mail_server_that_fails_loses_no_message(
    clerk_a, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_URL = settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    clerk_a.email = "a@example.gov.cn"
    clerk_a.save()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        tell(clerk_a)
    assert Message.objects.get().mailed_at is None
    assert unread(clerk_a) == 1
    assert "1 messages were not mailed" in caplog.text


def test_nearest_clerks_see_to_a_filing(
    filing_a, filing_b, clerk_a, clerk_b, community_a, django_assert_num_queries
):
    own = AssignmentFactory(unit=community_a, user=UserFactory()).user
    AssignmentFactory(unit=community_a, user=UserFactory(), role="viewer")
    with django_assert_num_queries(1):
        found = clerks_of([filing_a, filing_b])
    assert found == {filing_a.pk: [own], filing_b.pk: [clerk_b]}


def test_street_sees_to_what_lies_at_its_desk(filing_a, clerk_a, community_a, street_a):
    AssignmentFactory(unit=community_a, user=UserFactory())
    stand(filing_a, "draft", with_unit=street_a)
    assert clerks_of([filing_a]) == {filing_a.pk: [clerk_a]}


def test_nobody_sees_to_a_filing_without_clerks(filing_a, clerk_b):
    assert clerks_of([filing_a]) == {filing_a.pk: []}
