"""The way of a filing from those who fill it in to those who check it: one table of who moves it from where to where.

Levels follow the tree and skipped ones are skipped: a community's own clerk hands in to the street, the street's clerk
to the next unit above; a community without a street hands in upward itself.
"""

from dataclasses import dataclass
from enum import Enum

from accounts.roles import Role
from communities.models import Level
from communities.tree import ids
from surveys.models import Status
from surveys.models.filing import OPEN


class Place(Enum):
    """Where a filing lies."""

    HERE = "with those who fill it in"
    STREET = "at the street's desk, which may still change it"
    ABOVE = "handed in, locked"
    APPROVED = "approved"


class Hat(Enum):
    """What a person is to one filing."""

    OWN_CLERK = "fills in this community, but not the whole street"
    OFFICE_CLERK = "fills in for the street office that hands in"
    DESK_REVIEWER = "reviews for the unit whose turn it is"


@dataclass(frozen=True)
class Step:
    """One line of the table."""

    action: str
    source: Place
    target: Place
    hat: Hat


TRANSITIONS = (
    Step("hand_in", Place.HERE, Place.STREET, Hat.OWN_CLERK),
    Step("hand_in", Place.HERE, Place.ABOVE, Hat.OFFICE_CLERK),
    Step("hand_in", Place.STREET, Place.ABOVE, Hat.OFFICE_CLERK),
    Step("withdraw", Place.STREET, Place.HERE, Hat.OWN_CLERK),
    Step("withdraw", Place.ABOVE, Place.HERE, Hat.OFFICE_CLERK),
    Step("send_back", Place.STREET, Place.HERE, Hat.OFFICE_CLERK),
    Step("send_back", Place.STREET, Place.HERE, Hat.DESK_REVIEWER),
    Step("send_back", Place.ABOVE, Place.HERE, Hat.DESK_REVIEWER),
)


def place_of(filing):
    """Where a filing lies now."""
    if filing.status in OPEN:
        return Place.STREET if filing.desk_id else Place.HERE
    return Place.ABOVE if filing.status == Status.SUBMITTED else Place.APPROVED


def hats(filing, user):
    """What this person is to the filing; no query."""
    office, own = user.paths(role=Role.CLERK), set()
    if holds(office, office_path(filing)):
        own.add(Hat.OFFICE_CLERK)
    elif holds(office, filing.path):
        own.add(Hat.OWN_CLERK)
    if filing.desk_id and holds(user.paths(role=Role.REVIEWER), up_to(filing.path, filing.desk_id)):
        own.add(Hat.DESK_REVIEWER)
    return own


def step_for(action, filing, user):
    """The line of the table by which this person may do it now, or None."""
    place, own = place_of(filing), hats(filing, user)
    return next((s for s in TRANSITIONS if s.action == action and s.source == place and s.hat in own), None)


def may_fill(filing, user):
    """Whether this clerk may still change it: open, and not handed to the street above; no query."""
    return filing.is_open and holds(user.paths(role=Role.CLERK), filing.path) and within_reach(filing, user)


def within_reach(filing, user):
    """Whether it is not at the desk of somebody above this clerk; a command (no user) reaches everything."""
    if not (user and filing.desk_id):
        return True
    return holds(user.paths(role=Role.CLERK), up_to(filing.path, filing.desk_id))


def holds(areas, path):
    return any(path.startswith(area) for area in areas)


def office_path(filing):
    """The street office that hands in for a community; the filing itself where there is none."""
    below_street = filing.level == Level.COMMUNITY and filing.street_id
    return up_to(filing.path, filing.street_id) if below_street else filing.path


def next_desk(filing, step):
    """The id of the unit whose turn it is after a step; None for those who fill it in."""
    if step.target == Place.HERE:
        return None
    office = ids(office_path(filing))
    if step.target == Place.STREET:
        return office[-1]
    top = filing.round.unit_id
    return office[-2] if len(office) > 1 and top in office[:-1] else top


def up_to(path, pk):
    """The path of a unit on the way to `path`: up_to("/1/5/32/", 5) is "/1/5/"; the whole path for any other id."""
    head, found, _ = path.partition(f"/{pk}/")
    return head + found if found else path


def state_words(filing):
    """The status as its clerk reads it."""
    return "已交街道" if place_of(filing) == Place.STREET else Status(filing.status).label
