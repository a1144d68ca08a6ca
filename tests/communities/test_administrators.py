"""Three administrators who exclude one another, and none of whom sees what people reported."""

from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import ADMIN_ROLES
from communities.models import Assignment, Unit
from surveys.models import Filing
from tests.factories import AssignmentFactory


@pytest.mark.parametrize(("first", "second"), [*permutations(ADMIN_ROLES, 2)])
def test_database_refuses_a_second_administrator_role(first, second, stranger, county):
    AssignmentFactory(user=stranger, unit=county, role=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(user=stranger, unit=county, role=second)


def test_second_administrator_role_is_refused_with_a_sentence(stranger, county, street_a):
    AssignmentFactory(user=stranger, unit=county, role="auditor")
    with pytest.raises(ValidationError, match="系统管理、安全管理、审计互相排斥"):
        Assignment(user=stranger, unit=street_a, role="security_admin").full_clean()


@pytest.mark.parametrize(("first", "second"), [("clerk", "auditor"), ("system_admin", "viewer")])
def test_survey_and_administration_need_two_accounts(first, second, stranger, county):
    AssignmentFactory(user=stranger, unit=county, role=first)
    with pytest.raises(ValidationError, match="另开一个账号"):
        Assignment(user=stranger, unit=county, role=second).full_clean()


@pytest.mark.parametrize("role", ADMIN_ROLES)
def test_administrator_sees_no_survey_data_even_with_a_survey_role(
    role, stranger, round_2022, county
):
    AssignmentFactory(user=stranger, unit=county, role=role)
    AssignmentFactory(user=stranger, unit=county, role="clerk")
    user = User.objects.get(pk=stranger.pk)
    assert (user.admin_role, user.paths(), user.paths(role=role)) == (role, [], [county.path])
    assert not Unit.objects.visible_to(user).exists()
    assert not Filing.objects.visible_to(user).exists()
    assert not Filing.objects.editable_by(user).exists()
