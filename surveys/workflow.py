"""The way of a filing from those who fill it in to those who check it: one table of who moves it from where to where.

Levels follow the tree and skipped ones are skipped: a community's own clerk hands in to the street, the street's clerk
to the next unit above; a community without a street hands in upward itself. From there each level's reviewer passes it
on to the next desk, up to the round's own unit, whose reviewer approves it for good.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils import timezone

from accounts.roles import Role
from communities.models import Level
from communities.tree import path_ids
from surveys.models import Status
from surveys.models.filing import OPEN_STATUSES


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
    DESK_REVIEWER = "reviews for the unit whose turn it is, or above it"
    MIDDLE_REVIEWER = "the same, at a desk with another one above it in this round"
    TOP_REVIEWER = "reviews for the unit the round covers, which approves for good"


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
    Step("approve", Place.ABOVE, Place.ABOVE, Hat.MIDDLE_REVIEWER),
    Step("approve", Place.ABOVE, Place.APPROVED, Hat.TOP_REVIEWER),
    Step("send_back", Place.APPROVED, Place.HERE, Hat.TOP_REVIEWER),
)


def place_of(filing):
    """Where a filing lies now."""
    if filing.status in OPEN_STATUSES:
        return Place.STREET if filing.with_unit_id else Place.HERE
    return Place.ABOVE if filing.status == Status.SUBMITTED else Place.APPROVED


def hats(filing, user):
    """What this person is to the filing; no query."""
    office, own = user.paths(role=Role.CLERK), set()
    if holds(office, office_path(filing)):
        own.add(Hat.OFFICE_CLERK)
    elif holds(office, filing.path):
        own.add(Hat.OWN_CLERK)
    return own | reviewer_hats(filing, user.paths(role=Role.REVIEWER))


def reviewer_hats(filing, areas):
    """What a reviewer of these areas is to the filing; once it is approved only the top one is anything."""
    desk = filing.with_unit_id or (filing.status == Status.APPROVED and filing.round.unit_id)
    if not (areas and desk and holds(areas, up_to(filing.path, desk))):
        return set()
    if filing.status == Status.APPROVED:
        return {Hat.TOP_REVIEWER}
    return {Hat.DESK_REVIEWER, Hat.TOP_REVIEWER if at_top(filing) else Hat.MIDDLE_REVIEWER}


def at_top(filing):
    """Whether the desk is that of the unit the round covers, so that nobody comes after it."""
    above = path_ids(up_to(filing.path, filing.with_unit_id))[:-1]
    return filing.with_unit_id == filing.round.unit_id or filing.round.unit_id not in above


def step_for(action, filing, user):
    """The line of the table by which this person may do it now, or None; nothing moves while the round is locked."""
    if not filing.round.is_running:
        return None
    place, own = place_of(filing), hats(filing, user)
    return next(
        (s for s in TRANSITIONS if s.action == action and s.source == place and s.hat in own), None
    )


def may_question(filing, user):
    """Whether this reviewer may pin a question to it: before it is approved, while the round runs; no query."""
    return (
        filing.round.is_running
        and filing.status != Status.APPROVED
        and holds(user.paths(role=Role.REVIEWER), filing.path)
    )


def own_hand(filing, user):
    """Why this reviewer must leave the filing to another one: it bears the same person's hand; "" where it does not."""
    if filing.submitted_by_id == user.pk:
        return "是您报送的"
    return "最近一次是您保存的" if filing.saved_by_id == user.pk else ""


def may_fill(filing, user):
    """Whether this clerk may change it now: open, and not handed to the street above; no query."""
    running = filing.is_open and filing.round.is_running
    return (
        running and holds(user.paths(role=Role.CLERK), filing.path) and within_reach(filing, user)
    )


def within_reach(filing, user):
    """Whether it is not at the desk of somebody above this clerk; a command (no user) reaches everything."""
    if not (user and filing.with_unit_id):
        return True
    return holds(user.paths(role=Role.CLERK), up_to(filing.path, filing.with_unit_id))


def holds(areas, path):
    return any(path.startswith(area) for area in areas)


def office_path(filing):
    """The street office that hands in for a community; the filing itself where there is none."""
    below_street = filing.level == Level.COMMUNITY and filing.street_id
    return up_to(filing.path, filing.street_id) if below_street else filing.path


def next_desk(filing, step):
    """The id of the unit whose turn it is after a step; None for those who fill it in, and once it is approved."""
    if step.target in (Place.HERE, Place.APPROVED):
        return None
    if step.source == Place.ABOVE:
        return path_ids(up_to(filing.path, filing.with_unit_id))[-2]
    office = path_ids(office_path(filing))
    if step.target == Place.STREET:
        return office[-1]
    top = filing.round.unit_id
    return office[-2] if len(office) > 1 and top in office[:-1] else top


def up_to(path, pk):
    """The path of a unit on the way to `path`: up_to("/1/5/32/", 5) is "/1/5/"; the whole path for any other id."""
    head, found, _ = path.partition(f"/{pk}/")
    return head + found if found else path


def lock_words(round):
    """Why nothing can be saved in a round now, and what to do; "" while it runs."""
    if round.is_running:
        return ""
    at = timezone.localtime(round.closed_at or round.opens_at)
    when = f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
    if round.closed_at:
        return f"“{round.title}”已于 {when} 关闭，不能再改。确需修改的，请{round.unit.short_name}重新开放。"
    return f"“{round.title}”{when} 开始填报，现在只能查看，还不能保存。"


def state_words(filing):
    """The status as people read it."""
    if place_of(filing) == Place.STREET:
        return "已交街道"
    returned = filing.status == Status.RETURNED and filing.returned_after_approval
    return "审定后退回" if returned else Status(filing.status).label
