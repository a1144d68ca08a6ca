"""The trail sealed stretch by stretch, and looked through for lines that were changed, taken out or put in afterwards.

A seal holds a digest of every line and of the seal before it. Whoever rewrites the trail must rewrite every later seal
too, and is still found out by the one whose digest somebody wrote down.
"""

import hashlib
import json
from datetime import UTC, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, Seal

STRETCH = 1000  # lines a seal
MARK = 8  # bytes a line
COMMITTED = timedelta(
    days=1
)  # no transaction is open longer: what comes later still was put in by hand
FIELDS = (
    "pk",
    "at",
    "by_id",
    "name",
    "role",
    "source",
    "address",
    "verb",
    "what",
    "path",
    "target",
    "changes",
)


def line_mark(line):
    """A digest of one line, given as its FIELDS."""
    pk, at, *rest = line
    text = json.dumps(
        [pk, at.astimezone(UTC).isoformat(), *rest], ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode()).digest()[:MARK]


def seal_digest(before, lines, marks):
    """The digest of a seal over these ids; `before` is that of the seal before, "" for the first."""
    return hashlib.sha256(before.encode() + repr(sorted(lines)).encode() + marks).hexdigest()


def sealed_ids(seal):
    """The ids of the lines a seal covers."""
    return {*seal.late, *range(seal.first, seal.last + 1)} - ids_in_ranges(seal.absent)


def ids_in_ranges(ranges):
    """The ids in [[first, last]]."""
    return {pk for first, last in ranges for pk in range(first, last + 1)}


def missing_ranges(first, lines):
    """[[first, last]] of the ids from `first` on that are missing between these."""
    found, wanted = [], first
    for pk in sorted(lines):
        if pk > wanted:
            found.append([wanted, pk - 1])
        wanted = pk + 1
    return found


def seal_trail():
    """Seal what is not sealed yet; how many lines that were."""
    count = 0
    try:
        while done := seal_stretch():
            count += done
    except IntegrityError:
        pass  # somebody else sealed the same lines at the same moment
    return count


@transaction.atomic
def seal_stretch():
    """The next lines under one seal; how many."""
    last = Seal.objects.last()
    first = last.last + 1 if last else 1
    late = late_lines()
    fresh = list(
        AuditEntry.objects.filter(pk__gte=first).order_by("pk").values_list(*FIELDS)[:STRETCH]
    )
    if not (late or fresh):
        return 0
    new = [line[0] for line in fresh]
    marks = b"".join(line_mark(line) for line in [*late, *fresh])
    Seal.objects.create(
        number=last.number + 1 if last else 1,
        first=first,
        last=new[-1] if new else first - 1,
        absent=missing_ranges(first, new),
        late=[line[0] for line in late],
        marks=marks,
        digest=seal_digest(
            last.digest if last else "", [line[0] for line in [*late, *fresh]], marks
        ),
    )
    return len(late) + len(fresh)


def late_lines():
    """Lines that were committed after a seal had gone past their ids."""
    recent = Seal.objects.filter(at__gte=timezone.now() - COMMITTED)
    known = {pk for late in recent.values_list("late", flat=True) for pk in late}
    wanted = sorted(
        {pk for absent in recent.values_list("absent", flat=True) for pk in ids_in_ranges(absent)}
        - known
    )
    parts = (wanted[at : at + STRETCH] for at in range(0, len(wanted), STRETCH))
    return [
        line
        for part in parts
        for line in AuditEntry.objects.filter(pk__in=part).order_by("pk").values_list(*FIELDS)
    ]


def lines_between(first, last):
    return AuditEntry.objects.filter(pk__range=(first, last)).order_by("pk").values_list(*FIELDS)


def verify_seals():
    """Sentences on what was changed since it was sealed, in the order of the seals; none where all is as it was."""
    before, accounted = (
        "",
        {pk for late in Seal.objects.values_list("late", flat=True) for pk in late},
    )
    for each in Seal.objects.iterator():
        yield from check_seal(each, before, accounted)
        before = each.digest


def check_seal(each, before, accounted):
    """What is wrong with one seal's lines; `accounted` are the ids that some seal took in late."""
    covered = sorted(sealed_ids(each))
    if seal_digest(before, covered, bytes(each.marks)) != each.digest:
        yield f"第 {each.number} 号封签被改动过。"
    kept = {pk: bytes(each.marks[at * MARK : (at + 1) * MARK]) for at, pk in enumerate(covered)}
    lines = {line[0]: line for line in lines_between(each.first, each.last)}
    lines |= {
        line[0]: line for line in AuditEntry.objects.filter(pk__in=each.late).values_list(*FIELDS)
    }
    for pk in sorted({*kept, *lines} - (accounted - kept.keys())):
        if pk not in lines:
            yield f"第 {pk} 行留痕被删除。"
        elif pk not in kept:
            yield f"第 {pk} 行留痕是封存以后补进去的。"
        elif line_mark(lines[pk]) != kept[pk]:
            yield f"第 {pk} 行留痕被改动：{lines[pk][3]} {lines[pk][7]} {lines[pk][8]}。"


def seal_matches(anchor):
    """Whether the seal somebody wrote down, `12:3fa9…`, is still the one in the database."""
    number, _, start = anchor.partition(":")
    found = Seal.objects.filter(number=number).first() if number.isdecimal() else None
    return bool(found and len(start) >= 8 and found.digest.startswith(start))
