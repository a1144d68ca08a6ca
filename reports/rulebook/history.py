"""A standard in time: its versions side by side, who changed what, what its gap costs where."""

from accounts.models import AuditEntry
from reports.models import Costs
from reports.resources import StandardResource

ENTRIES = 30  # lines of the trail on the page of a standard
NOT_COMPARED = {"标准代码", "次序"}


def version_differences(versions):
    """[(label, [(text, whether it differs from the one before)])] of what versions do not share."""
    if len(versions) < 2:
        return []
    rows = []
    for field in StandardResource().fields.values():
        texts = [field.export(version) for version in versions]
        if field.column_name not in NOT_COMPARED and len(set(texts)) > 1:
            rows.append((field.column_name, mark_changes(texts)))
    return rows


def mark_changes(texts):
    """[(text, whether it differs from the one before)]"""
    marked = [(texts[0], False)]
    for before, text in zip(texts, texts[1:], strict=False):
        marked.append((text, text != before))
    return marked


def standard_entries(versions):
    """The newest lines of the trail about any version, each with `lines`: (label, old, new)."""
    targets = [f"standard:{version.pk}" for version in versions]
    entries = list(AuditEntry.objects.filter(target__in=targets)[:ENTRIES])
    for entry in entries:
        entry.lines = [(label, *pair) for label, pair in entry.changes.items()]
    return entries


def costs_in(standard, frame):
    """(the cost of one unit of gap at the reader's place, [the costs of single regions])."""
    costs = Costs([standard])
    here = costs.of(standard, frame.filing.path if frame else "")
    return here, costs.by_standard.get(standard.pk, [])
