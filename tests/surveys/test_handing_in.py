"""Handing in: who may move a filing from where to where, what stops it, and what the other desk sees."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from surveys.actions import handing_in
from surveys.actions.handing_in import Refused, hand_in, look, send_back, withdraw
from surveys.actions.saving import Closed, save_section
from surveys.entry.typed import TypedForm
from surveys.models import Filing, Remark
from surveys.sections import section_named
from surveys.workflow import TRANSITIONS, FilingPlace, FilingRole, place_of, roles_towards
from surveys.worklist.changes import changes_since_hand_in
from tests.factories import (
    AssignmentFactory,
    RemarkFactory,
    UserFactory,
    WorkerFactory,
    stand,
)

CAST = ["own_clerk", "clerk_a", "clerk_b", "street_reviewer", "district_reviewer", "viewer"]
PLACES = {
    "here": {"status": "draft"},
    "returned": {"status": "returned"},
    "street": {"status": "draft"},
    "submitted": {"status": "submitted"},
    "looked at": {"status": "submitted"},
    "approved": {"status": "approved"},
}
# {(who, where the filing lies): {action: where it lies then}}; whatever stands nowhere here is refused.
MOVES = {
    ("own_clerk", "here"): {"hand_in": FilingPlace.STREET},
    ("own_clerk", "returned"): {"hand_in": FilingPlace.STREET},
    ("own_clerk", "street"): {"withdraw": FilingPlace.HERE},
    ("clerk_a", "here"): {"hand_in": FilingPlace.ABOVE},
    ("clerk_a", "returned"): {"hand_in": FilingPlace.ABOVE},
    ("clerk_a", "street"): {"hand_in": FilingPlace.ABOVE, "send_back": FilingPlace.HERE},
    ("clerk_a", "submitted"): {"withdraw": FilingPlace.HERE},
    ("street_reviewer", "street"): {"send_back": FilingPlace.HERE},
    ("district_reviewer", "street"): {"send_back": FilingPlace.HERE},
    ("district_reviewer", "submitted"): {
        "send_back": FilingPlace.HERE,
        "approve": FilingPlace.APPROVED,
    },
    ("district_reviewer", "looked at"): {
        "send_back": FilingPlace.HERE,
        "approve": FilingPlace.APPROVED,
    },
    ("district_reviewer", "approved"): {"send_back": FilingPlace.HERE},
}
URLS = {"hand_in": "check", "withdraw": "withdraw", "send_back": "send_back"}
OUTSIDE, NO_CLERK, NOT_NOW, DONE = 404, 403, 409, 302


@pytest.fixture
def street_reviewer(street_a):
    return AssignmentFactory(
        user=UserFactory(name="骅东审核员"), unit=street_a, role="reviewer"
    ).user


def lay(filing, place, street):
    """Put the filing where a test wants it."""
    desks = {"street": {"with_unit": street}, "submitted": {}, "looked at": {}}
    stand(filing, **PLACES[place], **desks.get(place, {"with_unit": None}))
    if place == "looked at":
        Filing.objects.filter(pk=filing.pk).update(looked_at=filing.submitted_at)
    filing.refresh_from_db()


def post(user, filing, action, **form):
    client = Client()
    client.force_login(user)
    form = {"version": filing.version, "reason": "总人口请核对。", **form}
    return client.post(reverse(f"surveys:{URLS[action]}", args=[filing.pk]), form)


def expected(who, place, action):
    """The status of a direct POST."""
    if action in MOVES.get((who, place), {}):
        return DONE
    clerks, reviewers = (
        {"own_clerk", "clerk_a", "clerk_b"},
        {"street_reviewer", "district_reviewer"},
    )
    if who not in clerks | (reviewers if action == "send_back" else set()):
        return NO_CLERK
    return OUTSIDE if who == "clerk_b" else NOT_NOW


@pytest.mark.parametrize("action", URLS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("who", CAST)
def test_matrix_of_people_places_and_actions(who, place, action, full, street_a, request):
    lay(full, place, street_a)
    before = place_of(full)
    answer = post(request.getfixturevalue(who), full, action)
    full.refresh_from_db()
    then = MOVES.get((who, place), {}).get(action, before)
    assert (answer.status_code, place_of(full)) == (expected(who, place, action), then)


@pytest.mark.parametrize("who", CAST)
def test_table_of_transitions_is_the_matrix(who, full, street_a, request):
    user = request.getfixturevalue(who)
    for place in set(PLACES) - {"looked at", "returned"}:
        lay(full, place, street_a)
        found = {
            s.action: s.target
            for s in TRANSITIONS
            if s.source == place_of(full) and s.role in roles_towards(full, user)
        }
        assert found == MOVES.get((who, place), {})


def test_street_hands_in_to_the_next_unit_above(full, clerk_a, county):
    assert hand_in(filing=full, version=0, by=clerk_a) == []
    full.refresh_from_db()
    stood = (full.status, full.with_unit, full.submitted_by, full.is_open, full.version)
    assert stood == ("submitted", county, clerk_a, False, 1)
    assert Filing.objects.open().filter(pk=full.pk).count() == 0


def test_community_hands_in_to_its_street_which_may_still_change_it(
    full, own_clerk, clerk_a, street_a
):
    hand_in(filing=full, version=0, by=own_clerk)
    full.refresh_from_db()
    assert (full.status, full.with_unit, full.is_open) == ("draft", street_a, True)
    mine = Filing.objects.filter(pk=full.pk)
    assert (
        mine.open_to(own_clerk).count(),
        mine.open_to(clerk_a).count(),
        mine.open_to(None).count(),
    ) == (0, 1, 1)


def test_community_clerk_saves_nothing_once_the_street_has_it(full, own_clerk, clerk_a):
    hand_in(filing=full, version=0, by=own_clerk)
    form = {
        "filing": full,
        "section": section_named("profile"),
        "version": 1,
        "changes": TypedForm({("one", "men"): "1"}),
    }
    with pytest.raises(Closed, match="已交街道，不能再改"):
        save_section(**form, by=own_clerk, key="0b4e8e57-6a27-4f0c-8a52-9d9d3b1a9a01")
    typed = form | {"changes": TypedForm({("one", "men"): "700", ("one", "aged_60"): "90"})}
    assert (
        save_section(**typed, by=clerk_a, key="0b4e8e57-6a27-4f0c-8a52-9d9d3b1a9a02")["version"]
        == 2
    )


def test_hats_follow_the_tree_where_there_is_no_street(county, clerk_a, round_2022, filing_a):
    filing_a.street_id, filing_a.path = None, f"{county.path}99/"
    clerk = AssignmentFactory(unit=county).user
    assert (roles_towards(filing_a, clerk), roles_towards(filing_a, clerk_a)) == (
        {FilingRole.OFFICE_CLERK},
        set(),
    )


def test_round_of_one_street_is_handed_in_to_the_street_itself(full, clerk_a, street_a, round_2022):
    round_2022.unit = street_a
    round_2022.save()
    full.round.refresh_from_db()
    hand_in(filing=full, version=0, by=clerk_a)
    assert full.with_unit_id == street_a.pk


def test_hand_in_on_an_old_version_says_who_changed_it(full, clerk_a):
    stale = Filing.objects.get(pk=full.pk)
    Filing.objects.filter(pk=full.pk).update(version=3, saved_by=clerk_a)
    with pytest.raises(Refused, match="在您打开页面以后由骅东填报员改过，没有报送"):
        hand_in(filing=stale, version=0, by=clerk_a)


def test_reviewer_who_looked_keeps_it(as_user, full, clerk_a, district_reviewer):
    hand_in(filing=full, version=0, by=clerk_a)
    as_user(district_reviewer).get(reverse("reports:filing", args=[full.pk]))
    answer = post(clerk_a, full, "withdraw")
    full.refresh_from_db()
    assert (answer.status_code, full.status) == (409, "submitted")
    assert "开始审核，不能撤回" in answer.content.decode()
    assert AuditEntry.objects.first().verb == "开始审核"


def test_viewer_and_clerk_look_without_a_trace(as_user, full, clerk_a, viewer):
    hand_in(filing=full, version=0, by=clerk_a)
    for user in (clerk_a, viewer):
        as_user(user).get(reverse("reports:filing", args=[full.pk]))
    full.refresh_from_db()
    assert full.looked_at is None


def test_sent_back_with_the_reason_and_the_remarks(full, clerk_a, district_reviewer):
    RemarkFactory(
        filing=full, section="profile", field="men", text="男比去年多一倍？", closed_at=None
    )
    stand(full, "submitted")
    with pytest.raises(Refused, match="请写明退回的理由"):
        send_back(filing=full, version=0, by=district_reviewer, reason="  ")
    send_back(filing=full, version=0, by=district_reviewer, reason="男的人数请核对")
    full.refresh_from_db()
    stood = (full.status, full.with_unit, full.return_reason, full.returned_by, full.is_open)
    assert stood == ("returned", None, "男的人数请核对", district_reviewer, True)
    assert Remark.objects.filter(closed_at=None).count() == 1
    line = AuditEntry.objects.first()
    assert (line.verb, line.changes["理由"]) == ("退回", [None, "男的人数请核对"])
    assert line.changes["状态"] == ["已报送", "已退回"]


def test_withdrawn_after_a_return_is_returned_again(full, clerk_a):
    stand(full, "returned")
    hand_in(filing=full, version=0, by=clerk_a)
    withdraw(filing=full, version=1, by=clerk_a)
    full.refresh_from_db()
    assert (full.status, full.submitted_at, full.submitted_by) == ("returned", None, None)


def test_changes_since_the_last_hand_in(as_user, full, clerk_a, district_reviewer):
    assert changes_since_hand_in(full) is None
    hand_in(filing=full, version=0, by=clerk_a)
    send_back(filing=full, version=1, by=district_reviewer, reason="请核对")
    for number, (was, men) in enumerate([("700", "690"), ("690", "695")]):
        typed = TypedForm(
            {("one", "men"): men, ("one", "women"): "805"},
            {("one", "men"): was, ("one", "women"): "800"},
        )
        key = f"0b4e8e57-6a27-4f0c-8a52-9d9d3b1a9a1{number}"
        form = {"filing": full, "section": section_named("profile"), "version": 2 + number}
        save_section(**form, changes=typed, by=clerk_a, key=key)
    changed = [("基本情况·女", "800", "805"), ("基本情况·男", "700", "695")]
    assert changes_since_hand_in(full) == changed
    full.refresh_from_db()
    hand_in(filing=full, version=4, by=clerk_a)
    assert (changes_since_hand_in(full), changes_since_hand_in(full, back=2)) == ([], changed)
    page = as_user(clerk_a).get(reverse("surveys:handed", args=[full.pk])).content.decode()
    assert "和上一次报送相比" in page


def test_second_click_finds_it_done(as_user, full, clerk_a):
    client, address = as_user(clerk_a), reverse("surveys:check", args=[full.pk])
    answers = [client.post(address, {"version": 0}) for _ in range(2)]
    assert {answer.url for answer in answers} == {reverse("surveys:handed", args=[full.pk])}
    assert AuditEntry.objects.filter(verb="报送").count() == 1


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("check", 10), ("answer", 7), ("handed", 6)])
def test_page_costs_the_same_at_any_number_of_rows(
    name, queries, rows, as_user, full, clerk_a, django_assert_num_queries
):
    for number in range(rows):
        RemarkFactory(filing=full, section="profile", field="men", text=f"第{number}问")
        WorkerFactory(filing=full, name=f"工作人员{number}")
    if name == "handed":
        stand(full, "submitted")
    client, address = as_user(clerk_a), reverse(f"surveys:{name}", args=[full.pk])
    client.get(address)  # SQLite is asked once whether it knows JSON
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_entry_page_is_closed_to_the_communitys_clerk_once_the_street_has_it(
    as_user, full, own_clerk
):
    hand_in(filing=full, version=0, by=own_clerk)
    page = as_user(own_clerk).get(reverse("surveys:section", args=[full.pk, "profile"]))
    assert page.url == reverse("reports:filing", args=[full.pk])


def meanwhile(monkeypatch, act):
    """Let somebody else act once everything was checked and before it is written."""
    checked = handing_in.find_obstacles

    def slow(filing, records):
        found = checked(filing, records)
        monkeypatch.setattr(handing_in, "find_obstacles", checked)
        act()
        return found

    monkeypatch.setattr(handing_in, "find_obstacles", slow)


def test_two_hand_in_at_once_and_one_does(full, clerk_a, monkeypatch):
    mine, theirs = Filing.objects.get(pk=full.pk), Filing.objects.get(pk=full.pk)
    other = AssignmentFactory(unit=full.street, user=UserFactory(name="另一人")).user
    meanwhile(monkeypatch, lambda: hand_in(filing=theirs, version=0, by=other))
    with transaction.atomic(), pytest.raises(Refused, match="刚才变成了“已报送”，没有再报送"):
        hand_in.__wrapped__(filing=mine, version=0, by=clerk_a)
    full.refresh_from_db()
    assert (full.submitted_by, full.version) == (other, 1)
    assert AuditEntry.objects.filter(verb="报送").count() == 1


def test_hand_in_against_withdraw_has_one_effect(full, own_clerk, clerk_a, monkeypatch):
    hand_in(filing=full, version=0, by=own_clerk)
    street, community = Filing.objects.get(pk=full.pk), Filing.objects.get(pk=full.pk)
    meanwhile(monkeypatch, lambda: withdraw(filing=community, version=1, by=own_clerk))
    with transaction.atomic(), pytest.raises(Refused, match="刚才变成了“填报中”，没有再报送"):
        hand_in.__wrapped__(filing=street, version=1, by=clerk_a)
    full.refresh_from_db()
    assert (full.status, full.with_unit, full.version) == ("draft", None, 2)
    assert [*AuditEntry.objects.values_list("verb", flat=True)][:2] == ["撤回", "报送"]


def test_look_against_withdraw_has_one_effect(full, clerk_a, district_reviewer):
    hand_in(filing=full, version=0, by=clerk_a)
    stale = Filing.objects.get(pk=full.pk)
    look(filing=full, by=district_reviewer)
    with pytest.raises(Refused, match="开始审核，不能撤回"):
        withdraw(filing=stale, version=1, by=clerk_a)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "submitted"},
        {"status": "returned"},
        {"status": "approved"},
        {"return_reason": "没有退回"},
    ],
)
def test_status_without_its_time_and_person_is_refused_by_the_database(fields, filing_a):
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.filter(pk=filing_a.pk).update(**fields)


@pytest.mark.parametrize("name", ["submitted_at", "returned_at", "approved_at"])
def test_time_without_a_person_is_refused_by_the_database(name, filing_a, round_2022):
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.filter(pk=filing_a.pk).update(**{name: round_2022.due_at})
