"""What a workbook leaves open, pinned to the cells it concerns."""

from communities.bulk import in_chunks
from surveys.models import Remark
from surveys.reading.result import FindingKind

PINNED = (FindingKind.CELL, FindingKind.CHECK)
FIELDS = ("filing_id", "section", "key", "field", "value", "text")


def new_questions(upload, reading, *, by):
    """Unsaved remarks for the cells in question that do not carry the same question yet, open or answered."""
    asked = dict.fromkeys(
        pinned(finding) for finding in reading.findings if finding.kind in PINNED and finding.filing
    )
    there = set()
    for part in in_chunks({line[0] for line in asked}):
        remarks = Remark.objects.filter(filing__in=part, kind=Remark.Kind.QUESTION)
        there.update(remarks.values_list(*FIELDS))
    fresh = (dict(zip(FIELDS, line, strict=True)) for line in asked if line not in there)
    return [Remark(upload=upload, kind=Remark.Kind.QUESTION, by=by, **line) for line in fresh]


def pinned(finding):
    """Where and what, in the lengths a remark holds."""
    text = finding.reason + (f"；{finding.expected}" if finding.expected else "")
    return (
        finding.filing,
        finding.section,
        finding.key[:120],
        finding.field,
        finding.value[:200],
        text[:400],
    )
