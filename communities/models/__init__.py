"""The tree of units that report, who is responsible for which part, which programs read it."""

from accounts.roles import Role
from communities.models.boundary import Boundary
from communities.models.people import Assignment, Person, Workplace
from communities.models.unit import (
    KINDS_AT,
    PROVINCE_CODES,
    Governance,
    GovernancePeriod,
    Kind,
    Level,
    Unit,
    check_code,
    full_code,
    place_problem,
)

__all__ = [
    "KINDS_AT",
    "PROVINCE_CODES",
    "Assignment",
    "Boundary",
    "Governance",
    "GovernancePeriod",
    "Kind",
    "Level",
    "Person",
    "Role",
    "Unit",
    "Workplace",
    "check_code",
    "full_code",
    "place_problem",
]
