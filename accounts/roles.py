"""What a person may be to a unit: three roles work on the survey, three run the system."""

from django.db import models


class Role(models.TextChoices):
    """The strongest first. Administrators see no survey data, and the three exclude one another."""

    CLERK = "clerk", "填报"
    REVIEWER = "reviewer", "审核"
    VIEWER = "viewer", "查看"
    SYSTEM_ADMIN = "system_admin", "系统管理"
    SECURITY_ADMIN = "security_admin", "安全管理"
    AUDITOR = "auditor", "审计"


ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
SURVEY_ROLES = (Role.CLERK, Role.REVIEWER, Role.VIEWER)
