"""What a page counts: all filings, or approved ones only. Its address says it, its links carry it, the page says it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from surveys.export.table import DataRange

APPROVED = "scope=approved"


@dataclass(frozen=True)
class Scope:
    """The scope of one page; `rest` is the rest of its address, to switch in place."""

    approved: bool
    rest: str = ""

    @property
    def reading(self) -> DataRange:
        """As a file says it."""
        return DataRange.APPROVED if self.approved else DataRange.ALL

    @property
    def carried(self) -> str:
        """What a link of the page carries on: `scope=approved`, or nothing."""
        return APPROVED if self.approved else ""

    @property
    def query(self) -> str:
        """What an address without a query ends with."""
        return f"?{APPROVED}" if self.approved else ""

    @property
    def more(self) -> str:
        """What an address that has a query ends with."""
        return f"&{APPROVED}" if self.approved else ""

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it is this one) of both scopes."""
        everything = f"?{self.rest}"
        only = f"?{self.rest}&{APPROVED}" if self.rest else f"?{APPROVED}"
        return [("全部数据", everything, not self.approved), ("仅审定数据", only, self.approved)]

    def narrow(self, filings) -> QuerySet:
        """Those of a queryset of filings that count."""
        if self.approved:
            return filings.filter(status="approved")
        return filings


EVERYTHING = Scope(approved=False)


def scope_of(request) -> Scope:
    """The scope a page was asked for."""
    given = request.GET.copy()
    asked = given.pop("scope", [])
    given.pop("page", None)
    given.pop("format", None)
    return Scope("approved" in asked, given.urlencode())
