"""The way of a filing from those who fill it in to those who check it: who moves it from where to where.

Levels follow the tree and skipped ones are skipped: a community's own clerk hands in to the
street, the street's clerk to the next unit above; a community without a street hands in upward
itself. From there each level's reviewer passes it on to the next unit above, up to the round's own
unit, whose reviewer approves it for good.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils import timezone

from accounts.roles import Role
from communities.models import Level
from communities.tree import path_ids
from surveys.models import Status
from surveys.models.filing import OPEN_STATUSES


class FilingPlace(Enum):
    """Where a filing lies."""

    HERE = "with those who fill it in"
    STREET = "at the street's desk, which may still change it"
    ABOVE = "handed in, locked"
    APPROVED = "approved"


class FilingRole(Enum):
    """What a person is to one filing."""

    OWN_CLERK = "fills in this community, but not the whole street"
    OFFICE_CLERK = "fills in for the street office that hands in"
    DESK_REVIEWER = "reviews for the unit whose turn it is, or above it"
    MIDDLE_REVIEWER = (
        "reviews for the unit whose turn it is, with another one above it in this round"
    )
    TOP_REVIEWER = "reviews for the unit the round covers, which approves for good"


@dataclass(frozen=True)
class Step:
    """One line of the table."""

    action: str
    source: FilingPlace
    target: FilingPlace
    role: FilingRole


TRANSITIONS = (
    Step("hand_in", FilingPlace.HERE, FilingPlace.STREET, FilingRole.OWN_CLERK),
    Step("hand_in", FilingPlace.HERE, FilingPlace.ABOVE, FilingRole.OFFICE_CLERK),
    Step("hand_in", FilingPlace.STREET, FilingPlace.ABOVE, FilingRole.OFFICE_CLERK),
    Step("withdraw", FilingPlace.STREET, FilingPlace.HERE, FilingRole.OWN_CLERK),
    Step("withdraw", FilingPlace.ABOVE, FilingPlace.HERE, FilingRole.OFFICE_CLERK),
    Step("send_back", FilingPlace.STREET, FilingPlace.HERE, FilingRole.OFFICE_CLERK),
    Step("send_back", FilingPlace.STREET, FilingPlace.HERE, FilingRole.DESK_REVIEWER),
    Step("send_back", FilingPlace.ABOVE, FilingPlace.HERE, FilingRole.DESK_REVIEWER),
    Step("approve", FilingPlace.ABOVE, FilingPlace.ABOVE, FilingRole.MIDDLE_REVIEWER),
    Step("approve", FilingPlace.ABOVE, FilingPlace.APPROVED, FilingRole.TOP_REVIEWER),
    Step("send_back", FilingPlace.APPROVED, FilingPlace.HERE, FilingRole.TOP_REVIEWER),
)


def place_of(filing) -> FilingPlace:
    """Where a filing lies now."""
    if filing.status == Status.APPROVED:
        return FilingPlace.APPROVED
    if filing.status not in OPEN_STATUSES:
        return FilingPlace.ABOVE
    if filing.with_unit_id:
        return FilingPlace.STREET
    return FilingPlace.HERE


def roles_towards(filing, user) -> set[FilingRole]:
    """What this person is to the filing; no query."""
    filled_in = user.paths(role=Role.CLERK)
    roles = reviewer_roles(filing, user.paths(role=Role.REVIEWER))
    if holds(filled_in, office_path(filing)):
        roles.add(FilingRole.OFFICE_CLERK)
    elif holds(filled_in, filing.path):
        roles.add(FilingRole.OWN_CLERK)
    return roles


def reviewer_roles(filing, areas) -> set[FilingRole]:
    """What a reviewer of these areas is to the filing; once approved, only the top one is any."""
    approved = filing.status == Status.APPROVED
    reviewing_unit = filing.with_unit_id
    if approved and not reviewing_unit:
        reviewing_unit = filing.round.unit_id
    if not reviewing_unit or not holds(areas, up_to(filing.path, reviewing_unit)):
        return set()
    if approved:
        return {FilingRole.TOP_REVIEWER}
    if at_top(filing):
        return {FilingRole.DESK_REVIEWER, FilingRole.TOP_REVIEWER}
    return {FilingRole.DESK_REVIEWER, FilingRole.MIDDLE_REVIEWER}


def at_top(filing) -> bool:
    """Whether the filing is with the unit the round covers, so that nobody comes after it."""
    top = filing.round.unit_id
    if filing.with_unit_id == top:
        return True
    *above, _ = path_ids(up_to(filing.path, filing.with_unit_id))
    return top not in above


def step_for(action, filing, user) -> Step | None:
    """The line of the table by which this person may do it now, or None.

    Nothing moves while the round is locked.
    """
    if not filing.round.is_running:
        return None
    place = place_of(filing)
    roles = roles_towards(filing, user)
    for step in TRANSITIONS:
        if step.action == action and step.source == place and step.role in roles:
            return step
    return None


def may_question(filing, user) -> bool:
    """Whether this reviewer may pin a question to it: not approved, the round runs; no query."""
    if not filing.round.is_running or filing.status == Status.APPROVED:
        return False
    return holds(user.paths(role=Role.REVIEWER), filing.path)


def own_hand(filing, user) -> str:
    """Why this reviewer must leave the filing to another one, "" where nothing speaks against it.

    Nobody approves what they handed in or saved last.
    """
    if filing.submitted_by_id == user.pk:
        return "是您报送的"
    if filing.saved_by_id == user.pk:
        return "最近一次是您保存的"
    return ""


def may_fill(filing, user) -> bool:
    """Whether this clerk may change it now: open, and not handed to the street above; no query."""
    if not filing.is_open or not filing.round.is_running:
        return False
    return holds(user.paths(role=Role.CLERK), filing.path) and within_reach(filing, user)


def within_reach(filing, user) -> bool:
    """Whether it lies with nobody above this clerk; a command (no user) reaches everything."""
    if not user or not filing.with_unit_id:
        return True
    return holds(user.paths(role=Role.CLERK), up_to(filing.path, filing.with_unit_id))


def holds(areas, path) -> bool:
    """Whether a unit's path lies in one of these areas."""
    return any(path.startswith(area) for area in areas)


def office_path(filing) -> str:
    """The street office that hands in for a community; the filing's own path without one."""
    if filing.level == Level.COMMUNITY and filing.street_id:
        return up_to(filing.path, filing.street_id)
    return filing.path


def next_desk(filing, step) -> int | None:
    """The id of the unit the filing is with after a step.

    None for those who fill it in, and once it is approved.
    """
    if step.target in (FilingPlace.HERE, FilingPlace.APPROVED):
        return None
    if step.source == FilingPlace.ABOVE:
        *_, next_above, _ = path_ids(up_to(filing.path, filing.with_unit_id))
        return next_above
    *above, office = path_ids(office_path(filing))
    if step.target == FilingPlace.STREET:
        return office
    top = filing.round.unit_id
    return above[-1] if top in above else top


def up_to(path, pk) -> str:
    """The path of a unit on the way to `path`: up_to("/1/5/32/", 5) is "/1/5/".

    For an id that is not on the way, the whole path.
    """
    head, found, _ = path.partition(f"/{pk}/")
    if not found:
        return path
    return head + found


def lock_words(round) -> str:
    """Why nothing can be saved in a round now, and what to do; "" while it runs."""
    if round.is_running:
        return ""
    at = timezone.localtime(round.closed_at or round.opens_at)
    when = f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
    if round.closed_at:
        who = round.unit.short_name
        return f"“{round.title}”已于 {when} 关闭，不能再改。确需修改的，请{who}重新开放。"
    return f"“{round.title}”{when} 开始填报，现在只能查看，还不能保存。"


def state_words(filing) -> str:
    """The status as people read it."""
    if place_of(filing) == FilingPlace.STREET:
        return "已交街道"
    if filing.status == Status.RETURNED and filing.returned_after_approval:
        return "审定后退回"
    return Status(filing.status).label
