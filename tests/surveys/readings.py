"""Readings made by hand, uploads to apply them, and a digest of everything a section holds."""

import hashlib

from surveys.actions import check_workbook
from surveys.actions.uploads import keep_upload
from surveys.models import Upload
from surveys.reading.result import Incoming, Reading
from surveys.sections import all_sections, section_named


def reading(section, names, *rows, findings=(), ours=False, sheet="表"):
    """One section's rows as a reading: each `(filing, *values)`; the first stands in row 2 of the sheet."""
    section = section_named(section)
    rows = [(filing.pk, *values) for filing, *values in rows]
    places = [(sheet, at) for at in range(2, len(rows) + 2)]
    incoming = Incoming(section, tuple(names), rows, places)
    return Reading(incoming={section.name: incoming}, findings=list(findings), ours=ours)


def received_upload(*, round, unit, name, content, by=None, decisions=None):
    """Take in a workbook: keep the original, what was found in it and what it would change; (upload, reading).

    Nothing of the survey changes yet. Raises ValidationError with a sentence where nothing can be read.
    """
    found, compared = check_workbook(
        round=round, unit=unit, name=name, content=content, decisions=decisions
    )
    counts = {section: difference.counts for section, difference in compared.items()}
    upload = keep_upload(
        round=round,
        unit=unit,
        name=name,
        content=content,
        reading=found,
        counts=counts,
        by=by,
        decisions=decisions,
    )
    return upload, found


def upload_to(round):
    """A workbook that was received and checked."""
    return Upload.objects.create(round=round, unit=round.unit, name="调查表.xlsx", sha256="0" * 64)


def digest():
    """A digest of all rows of all sections and of what their records cover."""
    state = hashlib.sha256()
    for section in all_sections():
        covers = (
            [section.model._meta.get_field(section.covers).remote_field.through]
            if section.covers
            else []
        )
        for model in [section.model, *covers]:
            state.update(repr(list(model.objects.order_by("pk").values_list())).encode())
    return state.hexdigest()
