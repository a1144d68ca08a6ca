"""What figures of approved filings leave out: those not approved yet, an upper unit's own among them, level by level."""

from typing import NamedTuple

from django.db.models import Count, Q
from django.urls import reverse

from communities.models import Level
from surveys.extras import round_levels
from surveys.models import Filing, Status


class LeftOut(NamedTuple):
    """How many filings of one level are not approved, of how many that are asked for, and the list of them."""

    label: str
    number: int
    asked: int
    href: str


def left_out(filing):
    """[LeftOut] at and below a filing, from the top; one query. A street's own filing bears its own staff and money."""
    mine = Filing.objects.within(filing).filter(
        round=filing.round_id, level__in=round_levels(filing.round)
    )
    counts = (
        mine.order_by("level")
        .values_list("level")
        .annotate(out=Count("pk", filter=~Q(status=Status.APPROVED)), asked=Count("pk"))
    )
    return [
        LeftOut(name(level), out, asked, listed(filing, level))
        for level, out, asked in counts
        if out
    ]


def name(level):
    return "社区" if level == Level.COMMUNITY else f"{Level(level).label}本级"


def listed(filing, level):
    return f"{reverse('surveys:progress', args=[filing.pk])}?stand=unapproved&level={level}#list"


def words(found):
    """`街道本级 2 份（共 3 份）、社区 21 份（共 29 份）`"""
    return "、".join(f"{each.label} {each.number:,} 份（共 {each.asked:,} 份）" for each in found)
