"""What stands around an administrator's page; it shows administrators their own pages only."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.roles import Role
from communities.models import Unit

MAP = ("boundaries", "地图边界")
ELSEWHERE = {"boundaries": "reports:boundaries", "tokens": "tokens:list"}  # pages of other apps
NAV = {
    Role.SYSTEM_ADMIN: [
        ("list", "用户"),
        ("add", "新增一人"),
        ("invite", "批量开通"),
        ("tokens", "数据接口"),
        MAP,
    ],
    Role.SECURITY_ADMIN: [("list", "用户"), ("tokens", "数据接口")],
    Role.AUDITOR: [("trail", "操作留痕")],
}


@dataclass
class AdminPageContext:
    """Bar, navigation and breadcrumb of an administrator's page."""

    user: object
    page: str
    here: str = ""

    @property
    def role(self):
        return self.user.admin_role.label

    @property
    def chain(self):
        names = Unit.objects.filter(path__in=self.user.admin_area).values_list("name", flat=True)
        return [{"name": name, "href": ""} for name in names]

    @property
    def nav(self):
        entries = []
        for name, label in NAV[self.user.admin_role]:
            address = reverse(ELSEWHERE.get(name, f"people:{name}"))
            entries.append({"label": label, "href": address, "current": name == self.page})
        return entries
