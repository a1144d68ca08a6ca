"""Races of edit against approval: nothing is ever approved that differs from what the reviewer saw.

PostgreSQL: two real threads. SQLite writes one transaction after the other, so there any race is one order of whole
actions: the orders are drawn by lot. The same races without the check of the version must be able to go wrong.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from residents.models import Profile
from surveys.actions import handing_in, reviewing
from surveys.actions.handing_in import Refused, hand_in, withdraw
from surveys.actions.saving import save_section
from surveys.entry.typed import TypedForm
from surveys.models import Filing, Round
from surveys.sections import section_named
from tests.factories import ProfileFactory, stand
from tests.large import many

RACES, long_races = many("races of an edit against an approval", usual=60, long=1_500)
SEEN, EDITED = 1500, 1501
TRIED_UNCHECKED = 300  # the first that goes wrong ends them
HANDED_IN = {
    "status": "submitted",
    "version": 1,
    "looked_at": None,
    "approved_at": None,
    "approved_by": None,
}
HOUSEHOLDS = ("one", "households")


class Race:
    """A filing handed in with SEEN households, which its clerk takes back, edits and hands in while it is approved."""

    def __init__(self, filing, clerk, reviewer):
        self.filing, self.clerk, self.reviewer = filing, clerk, reviewer
        self.took, self.lots = 0.0, random.Random(4)
        self.people = ThreadPoolExecutor(2)
        stand(filing, "submitted", saved_at=timezone.now(), saved_by=clerk, submitted_by=clerk)

    def begin(self):
        Filing.objects.filter(pk=self.filing.pk).update(
            **HANDED_IN,
            with_unit=self.filing.round.unit_id,
            submitted_at=timezone.now(),
            submitted_by=self.clerk,
        )
        Profile.objects.filter(filing=self.filing).update(households=SEEN)
        self.seen = self.as_it_is()

    def as_it_is(self):
        return Filing.objects.select_related("round").get(pk=self.filing.pk)

    def withdraw(self):
        withdraw(filing=self.as_it_is(), version=1, by=self.clerk)

    def edit(self):
        typed = TypedForm({HOUSEHOLDS: str(EDITED)}, {HOUSEHOLDS: str(SEEN)})
        given = {
            "section": section_named("profile"),
            "version": 2,
            "changes": typed,
            "key": uuid4(),
            "by": self.clerk,
        }
        save_section(filing=self.as_it_is(), **given)

    def hand_in(self):
        assert hand_in(filing=self.as_it_is(), version=3, by=self.clerk) == []

    def approve(self):
        reviewing.approve(filing=self.seen, version=1, by=self.reviewer)

    def in_turn(self):
        """One order of the actions, drawn by lot; what is refused ends its own side only."""
        steps = [self.withdraw, self.edit, self.hand_in]
        steps.insert(self.lots.randrange(4), self.approve)
        taken = True
        for step in steps:
            try:
                if taken or step == self.approve:
                    step()
            except Refused:
                taken = step == self.approve

    def at_once(self):
        """Both sides in threads; the reviewer's click falls right before the clerk's time, anywhere into it, or after."""
        start, later = Barrier(2), self.lots.uniform(-0.3, 1.2) * self.took
        clerk = self.people.submit(
            self.side, start, max(0, -later), self.withdraw, self.edit, self.hand_in
        )
        reviewer = self.people.submit(self.side, start, max(0, later), self.approve)
        self.took = max(clerk.result(), 0.7 * self.took)
        reviewer.result()

    def side(self, start, pause, *steps):
        """How long its steps took, in seconds."""
        start.wait()
        time.sleep(pause)
        began = time.perf_counter()
        try:
            for step in steps:
                step()
        except Refused:
            pass
        return time.perf_counter() - began

    def end(self):
        """Both threads close their connections."""
        start = Barrier(2)
        for _ in range(2):
            self.people.submit(lambda: (start.wait(), connection.close()))
        self.people.shutdown()

    def run(self):
        """ "seen" or "edited" where it was approved, by what stands in it now; "" where it was not."""
        self.begin()
        self.at_once() if connection.vendor == "postgresql" else self.in_turn()
        if self.as_it_is().status != "approved":
            return ""
        return "seen" if Profile.objects.get(filing=self.filing).households == SEEN else "edited"


@pytest.fixture
def race(filing_a, clerk_a, district_reviewer, monkeypatch):
    """A round of one section, and nothing that follows a save elsewhere: both take time and decide nothing here."""
    monkeypatch.setattr("surveys.actions.hooks.after_save", [])
    Round.objects.filter(pk=filing_a.round_id).update(section_names=["profile"])
    ProfileFactory(filing=filing_a, households=SEEN, residents=3000, men=1500, women=1500)
    made = Race(filing_a, clerk_a, district_reviewer)
    yield made
    made.end()


@long_races
@pytest.mark.django_db(transaction=True)
def test_nothing_is_approved_that_differs_from_what_was_seen(race):
    came = [race.run() for _ in range(RACES)]
    assert "edited" not in came
    assert min(came.count("seen"), came.count("")) > RACES // 30  # both sides win


@pytest.mark.django_db(transaction=True)
def test_without_the_version_the_same_race_goes_wrong(race, monkeypatch):
    def whatever(filing, version):
        return Filing.objects.filter(
            pk=filing.pk, status=filing.status, with_unit=filing.with_unit_id
        )

    monkeypatch.setattr(handing_in, "as_seen", whatever)
    assert "edited" in (race.run() for _ in range(TRIED_UNCHECKED))
