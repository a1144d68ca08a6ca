"""What may be asked of a list: which rows, which page; a value that means nothing is refused (422)."""

from datetime import datetime
from enum import StrEnum

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from ninja.errors import ValidationError
from pydantic import Field, field_validator

from api.schemas import LevelName
from communities.models import Kind, Level, full_code
from reports.engine.measures import measures_in
from surveys.models import Status

CODE = Field(
    None,
    pattern=r"^[1-9][0-9]{1,11}$",
    description="只要这个区划代码的单位及其下级；末尾的 0 可省略",
)
STEPS = ("saved_at", "submitted_at", "returned_at", "approved_at")


def word(choice):
    """A choice as the interface writes it: what is stored, or the name of a number."""
    return choice.value if isinstance(choice.value, str) else choice.name.lower()


def words(choices):
    """What a parameter takes, each with its meaning."""
    return "、".join(f"{word(choice)} {choice.label}" for choice in choices)


KindName = StrEnum("KindName", {kind.name: kind.value for kind in Kind})
StatusName = StrEnum("StatusName", {status.name: status.value for status in Status})


class Paging(Schema):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=1_000_000, description="页码")
    per_page: int = Field(100, ge=1, le=1_000, description="每页条数，至多 1000")


class Place(Schema):
    """Which units, or filings of which units."""

    unit: str | None = CODE
    kind: KindName | None = Field(None, description=f"只要这一类型：{words(Kind)}")

    def filter(self, rows):
        """Raises Http404 where the unit named is not among the rows in sight."""
        if self.unit:
            rows = rows.within(get_object_or_404(rows.order_by("path"), code=full_code(self.unit)))
        return rows.filter(kind=self.kind.value) if self.kind else rows


class AtLevel(Schema):
    """Of which level."""

    level: LevelName | None = Field(None, description=f"只要这一层级：{words(Level)}")

    def filter(self, rows):
        return rows.filter(level=Level[self.level.name]) if self.level else rows


class Standing(Schema):
    """How far they are, and what happened since the last time one asked."""

    status: StatusName | None = Field(None, description=f"只要这一状态：{words(Status)}")
    updated_since: datetime | None = Field(
        None,
        description="只要这时以后保存、报送、退回或审定的，如 2022-12-01T08:00:00，不写时区就是北京时间",
    )

    @field_validator("updated_since")
    @classmethod
    def in_shanghai(cls, moment):
        """A time without a zone is an official's, in Shanghai."""
        if moment and timezone.is_naive(moment):
            return timezone.make_aware(moment)
        return moment

    def filter(self, rows):
        if self.status:
            rows = rows.filter(status=self.status.value)
        if self.updated_since:
            changed = Q(pk=None)
            for step in STEPS:
                changed |= Q(**{f"{step}__gte": self.updated_since})
            rows = rows.filter(changed)
        return rows


class Scope(StrEnum):
    """Which filings count."""

    ALL = "all"
    APPROVED = "approved"


class ScopeAsked(Schema):
    """Everything, or approved filings only."""

    scope: Scope = Field(Scope.ALL, description="all 全部数据，approved 仅审定数据")

    @property
    def approved(self):
        return self.scope == Scope.APPROVED

    def filter(self, rows):
        return rows.filter(status=Status.APPROVED) if self.approved else rows


class MeasuresAsked(Schema):
    """Which measures."""

    measures: str = Field("", max_length=8_000, description="只要这些指标，逗号分隔；默认全部")

    def names(self, round):
        """Their names, all of the round's where none is named. Raises ValidationError for one the round does not have."""
        known = measures_in(round)
        names = [name for name in self.measures.split(",") if name] or list(known)
        if not known.keys() >= {*names}:
            raise ValidationError([{"loc": ("query", "measures")}])
        return names


def asked_for(rows, *wanted):
    """The rows that all of these ask for, in the order of the tree."""
    for each in wanted:
        rows = each.filter(rows)
    return rows.order_by("path")


def page_of(request, paging, rows, make):
    """One page of a queryset in the envelope of all lists; `make` turns its rows into items. Beyond the last: no items."""
    pages = Paginator(rows, paging.per_page)
    found = list(pages.page(paging.page).object_list) if paging.page <= pages.num_pages else []
    request.rows = len(found)
    more = paging.page < pages.num_pages
    return {
        "count": pages.count,
        "page": paging.page,
        "pages": pages.num_pages,
        "next": address(request, paging.page + 1) if more else None,
        "items": list(make(found)) if found else [],
    }


def address(request, page):
    """This question's address for another page."""
    asked = request.GET.copy()
    asked["page"] = page
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
