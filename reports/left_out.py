"""What figures of approved filings leave out.

Those not approved yet, an upper unit's own among them, level by level.
"""

from typing import NamedTuple

from django.db.models import Count, Q
from django.urls import reverse

from communities.models import Level
from surveys.extras import round_levels
from surveys.models import Filing, Status


class LeftOutFilings(NamedTuple):
    """How many filings of one level are not approved, of how many that are asked for, and the list
    of them.
    """

    label: str
    number: int
    asked: int
    href: str


def left_out_filings(filing):
    """[LeftOutFilings] at and below a filing, from the top, in one query.

    The own filing of a street is one of them: it bears the street's staff and money.
    """
    levels = round_levels(filing.round)
    asked = Filing.objects.within(filing).filter(round=filing.round_id, level__in=levels)
    unapproved = Count("pk", filter=~Q(status=Status.APPROVED))
    counts = asked.order_by("level").values_list("level")
    found = []
    for level, number, total in counts.annotate(unapproved=unapproved, asked=Count("pk")):
        if number:
            href = unapproved_href(filing, level)
            found.append(LeftOutFilings(level_words(level), number, total, href))
    return found


def level_words(level):
    """Whose filings those of a level are: 社区, 街道本级."""
    if level == Level.COMMUNITY:
        return "社区"
    return f"{Level(level).label}本级"


def unapproved_href(filing, level):
    """The list of the filings of a level that are not approved."""
    progress = reverse("surveys:progress", args=[filing.pk])
    return f"{progress}?stand=unapproved&level={level}#list"


def left_out_text(found):
    """`街道本级 2 份（共 3 份）、社区 21 份（共 29 份）`"""
    parts = [f"{each.label} {each.number:,} 份（共 {each.asked:,} 份）" for each in found]
    return "、".join(parts)
