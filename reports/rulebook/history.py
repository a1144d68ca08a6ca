"""A standard in time: its versions side by side, who changed what, what its gap costs where."""

from accounts.models import AuditEntry
from reports.models import Costs
from reports.resources import StandardResource

LINES = 30
NOT_COMPARED = {"标准代码", "次序"}


def comparison(versions):
    """[(label, [(text, whether it differs from the version before)])] of what the versions do not share."""
    if len(versions) < 2:
        return []
    fields = [f for f in StandardResource().fields.values() if f.column_name not in NOT_COMPARED]
    rows = [
        (field.column_name, [field.export(version) for version in versions]) for field in fields
    ]
    return [(label, marked(texts)) for label, texts in rows if len({*texts}) > 1]


def marked(texts):
    before = [None, *texts]
    return [
        (text, old is not None and text != old) for old, text in zip(before, texts, strict=False)
    ]


def trail(versions):
    """The newest lines of the trail about any version, each with `lines`: (label, old, new)."""
    targets = [f"standard:{version.pk}" for version in versions]
    found = list(AuditEntry.objects.filter(target__in=targets)[:LINES])
    for entry in found:
        entry.lines = [(label, *pair) for label, pair in entry.changes.items()]
    return found


def costs_in(standard, frame):
    """(the cost of one unit of gap at the reader's place, [the costs of single regions])."""
    found = Costs([standard])
    here = found.of(standard, frame.filing.path if frame else "")
    return here, found.by_standard.get(standard.pk, [])
