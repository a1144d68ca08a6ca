"""The trail is sealed stretch by stretch, and verified against its seals.

A seal holds a digest of every line and of the seal before it. Whoever rewrites the trail must
rewrite every later seal too, and is still found out by the one whose digest somebody wrote down.
"""

import hashlib
import json
from datetime import UTC, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import AuditEntry, Seal

STRETCH = 1000  # lines a seal
MARK = 8  # bytes a line
# No transaction is open longer than a day: a line that comes later still was put in by hand.
COMMITTED = timedelta(days=1)
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
    """Return a digest of one line, given as its FIELDS."""
    pk, at, *rest = line
    values = [pk, at.astimezone(UTC).isoformat(), *rest]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()[:MARK]


def seal_digest(before, lines, marks):
    """Return the digest of a seal over these ids.

    `before` is the digest of the seal before, "" for the first one.
    """
    numbers = repr(sorted(lines))
    sealed = before.encode() + numbers.encode() + marks
    return hashlib.sha256(sealed).hexdigest()


def sealed_ids(seal):
    """Return the ids of the lines a seal covers."""
    stretch = range(seal.first, seal.last + 1)
    return {*seal.late, *stretch} - ids_in_ranges(seal.absent)


def ids_in_ranges(ranges):
    """Return the ids in [[first, last]]."""
    ids = set()
    for first, last in ranges:
        ids.update(range(first, last + 1))
    return ids


def missing_ranges(first, lines):
    """Return [[first, last]] of the ids from `first` on that are missing between these."""
    found, wanted = [], first
    for pk in sorted(lines):
        if pk > wanted:
            found.append([wanted, pk - 1])
        wanted = pk + 1
    return found


def seal_trail():
    """Seal the lines that are not sealed yet, and return how many that were."""
    count = 0
    try:
        while done := seal_stretch():
            count += done
    except IntegrityError:
        pass  # somebody else sealed the same lines at the same moment
    return count


@transaction.atomic
def seal_stretch():
    """Put the next lines under one seal, and return how many they are."""
    number, first, before = next_seal()
    late = late_lines()
    fresh = fresh_lines(first)
    lines = late + fresh
    if not lines:
        return 0
    fresh_ids = [line.pk for line in fresh]
    marks = b"".join([line_mark(line) for line in lines])
    Seal.objects.create(
        number=number,
        first=first,
        last=fresh_ids[-1] if fresh_ids else first - 1,
        absent=missing_ranges(first, fresh_ids),
        late=[line.pk for line in late],
        marks=marks,
        digest=seal_digest(before, [line.pk for line in lines], marks),
    )
    return len(lines)


def next_seal():
    """Return the next seal's number, its first line's id and the digest of the seal before."""
    last = Seal.objects.last()
    if last is None:
        return 1, 1, ""
    return last.number + 1, last.last + 1, last.digest


def fresh_lines(first):
    """Return the lines of the stretch that begins at the id `first`."""
    lines = AuditEntry.objects.filter(pk__gte=first).order_by("pk")
    return list(lines.values_list(*FIELDS, named=True)[:STRETCH])


def late_lines():
    """Return the lines that were committed after a seal had gone past their ids."""
    recent = Seal.objects.filter(at__gte=timezone.now() - COMMITTED)
    absent, known = set(), set()
    for ranges, late in recent.values_list("absent", "late"):
        absent |= ids_in_ranges(ranges)
        known.update(late)
    lines = []
    wanted = sorted(absent - known)
    for start in range(0, len(wanted), STRETCH):
        some = AuditEntry.objects.filter(pk__in=wanted[start : start + STRETCH]).order_by("pk")
        lines += some.values_list(*FIELDS, named=True)
    return lines


def verify_seals():
    """Yield sentences on what was changed since it was sealed, in the order of the seals.

    There are none where all is as it was.
    """
    taken_late = set()
    for late in Seal.objects.values_list("late", flat=True):
        taken_late.update(late)
    before = ""
    for seal in Seal.objects.iterator():
        yield from check_seal(seal, before, taken_late)
        before = seal.digest


def check_seal(seal, before, taken_late):
    """Yield what is wrong with one seal and its lines.

    `before` is the digest of the seal before, `taken_late` the ids that some seal took in late.
    """
    covered = sorted(sealed_ids(seal))
    if seal_digest(before, covered, bytes(seal.marks)) != seal.digest:
        yield f"第 {seal.number} 号封签被改动过。"
    marks = marks_by_id(seal, covered)
    lines = lines_by_id(seal)
    elsewhere = taken_late - marks.keys()  # under another seal
    for pk in sorted({*marks, *lines} - elsewhere):
        line = lines.get(pk)
        if line is None:
            yield f"第 {pk} 行留痕被删除。"
        elif pk not in marks:
            yield f"第 {pk} 行留痕是封存以后补进去的。"
        elif line_mark(line) != marks[pk]:
            yield f"第 {pk} 行留痕被改动：{line.name} {line.verb} {line.what}。"


def marks_by_id(seal, covered):
    """Return {id: mark} of a seal; `covered` are its ids in order."""
    marks = bytes(seal.marks)
    starts = range(0, len(covered) * MARK, MARK)
    return {pk: marks[at : at + MARK] for pk, at in zip(covered, starts, strict=True)}


def lines_by_id(seal):
    """Return {id: line} of the lines that stand where a seal covers them, by now."""
    stretch, late = Q(pk__range=(seal.first, seal.last)), Q(pk__in=seal.late)
    lines = AuditEntry.objects.filter(stretch | late).values_list(*FIELDS, named=True)
    return {line.pk: line for line in lines}


def seal_matches(anchor):
    """Return whether the seal somebody wrote down, `12:3fa9…`, is the one in the database."""
    number, _, start = anchor.partition(":")
    if not number.isdecimal() or len(start) < 8:
        return False
    seal = Seal.objects.filter(number=number).first()
    return seal is not None and seal.digest.startswith(start)
