"""An applied upload taken back as a whole, where nothing it wrote was edited since."""

import json
import zlib
from collections import Counter, defaultdict
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from communities.bulk import in_chunks
from surveys.actions.hooks import saved
from surveys.actions.trail import note_undo
from surveys.actions.uploads import NAMED, bump, refuse_closed, refuse_locked, snapshot
from surveys.bulk import covered_records, replace_covers, update_records
from surveys.difference import key_text
from surveys.extras import round_section
from surveys.models import Remark, Upload


@transaction.atomic
def undo_upload(*, upload, by=None):
    """Take an upload back: its new records go, its changed values become the old ones, its questions are withdrawn.

    Raises ValidationError with a sentence that names what was edited since; then nothing is changed.
    """
    reclaim(upload)
    refuse_locked(upload.round_id)
    effects = []
    for name, kept in unpacked(upload).items():
        # A sheet with other columns of the same section keeps its own: `grids@二组`.
        section, _, _ = name.partition("@")
        effects.append(Effect(round_section(upload.round, section), kept))
    touched = defaultdict(Counter)
    for effect in effects:
        effect.count(touched)
    filings = snapshot(upload.round, touched.keys())
    refuse_closed(filings.values(), by)
    refuse_edited([line for effect in effects for line in effect.edited(filings)])
    bump(filings.values(), upload.undone_at, by)
    for effect in effects:
        effect.take_back()
    upload.remarks.filter(closed_at=None).delete()
    note_undo(upload, touched, filings, by=by)
    if touched:
        saved(upload.round, sorted(touched))
    return upload


def reclaim(upload):
    """Only an applied upload can be taken back, and only once."""
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, status=Upload.Status.APPLIED)
    if not mine.update(status=Upload.Status.UNDONE, undone_at=now):
        raise ValidationError(f"“{upload}”没有入库，或已经撤销，没有可撤销的内容。")
    upload.refresh_from_db()


def unpacked(upload):
    """{section: {"names", "created", "changed"}} as applying left it."""
    return json.loads(zlib.decompress(bytes(upload.undo)))


def refuse_edited(lines):
    if lines:
        names = "、".join(lines[:NAMED])
        raise ValidationError(
            f"入库后有 {len(lines)} 条记录又被改过，不能整批撤销：{names}。请在填报页面逐条修改。"
        )


def plain(value):
    """A value as the undo record holds it: amounts are text there."""
    return str(value) if isinstance(value, Decimal) else value


def typed_column(field, values):
    """A column of the undo record as the database gives it."""
    if isinstance(field, models.DecimalField):
        return [value if value is None else Decimal(value) for value in values]
    return values


class Effect:
    """What an upload did to one section, beside what is stored there now."""

    def __init__(self, section, kept):
        self.section, self.names = section, kept["names"]
        self.created = {
            pk: (filing, values, covers) for pk, filing, values, covers in kept["created"]
        }
        self.changed = {pk: (filing, fields) for pk, filing, fields in kept["changed"]}
        rest = [
            f
            for f in section.model._meta.concrete_fields
            if f.name not in ("id", "filing", *self.names)
        ]
        self.columns = [*self.names, *(field.name for field in rest)]
        self.rest = tuple(field.get_default() for field in rest)
        self.stored = self.fetched()
        self.covered = (
            covered_records(section, [*self.created, *self.changed]) if section.covers else {}
        )

    def fetched(self):
        """{id: values of all columns} of the records the upload wrote."""
        rows = {}
        for part in in_chunks([*self.created, *self.changed]):
            found = self.section.model.objects.filter(pk__in=part).order_by()
            rows |= {row[0]: row[1:] for row in found.values_list("pk", *self.columns)}
        return rows

    def count(self, touched):
        """Add to {filing: {section label: records}}."""
        for filing, *_ in (*self.created.values(), *self.changed.values()):
            touched[filing][self.section.label] += 1

    def edited(self, filings):
        """`育才社区 工作人员·王芳` for each record that is no longer as the upload left it."""
        gone = [pk for pk, values in self.as_created().items() if self.stored.get(pk) != values]
        gone += [
            pk
            for pk, (_, _, covers) in self.created.items()
            if sorted(self.covered.get(pk, ())) != covers
        ]
        gone += [pk for pk, (_, fields) in self.changed.items() if not self.as_changed(pk, fields)]
        return [self.called(pk, filings) for pk in dict.fromkeys(gone)]

    def as_created(self):
        """{id: the values of all columns} of the new records, as the upload wrote them."""
        columns = zip(*(values for _, values, _ in self.created.values()), strict=True)
        typed = [
            typed_column(self.section.field(name), each)
            for name, each in zip(self.names, columns, strict=False)
        ]
        return {
            pk: (*values, *self.rest)
            for pk, values in zip(self.created, zip(*typed, strict=True), strict=True)
        }

    def as_changed(self, pk, fields):
        """Whether every field the upload changed still has its value."""
        now = dict(zip(self.columns, self.stored.get(pk, ()), strict=False))
        now[self.section.covers] = sorted(self.covered.get(pk, ()))
        return all(
            name in now and plain(now[name]) == plain(new) for name, (_, new) in fields.items()
        )

    def called(self, pk, filings):
        """The record as people name it, from what is stored or, where it is gone, from what was."""
        filing, *rest = self.created.get(pk) or self.changed[pk]
        names, values = (
            (self.columns, self.stored[pk]) if pk in self.stored else (self.names, rest[0])
        )
        values = (
            dict(zip(names, values, strict=False))
            if pk in self.stored or pk in self.created
            else {}
        )
        key = key_text(self.section, values) if values else ""
        return f"{filings[filing].name} {self.section.label}" + (f"·{key}" if key else "")

    def take_back(self):
        for part in in_chunks(self.created):
            self.section.model.objects.filter(pk__in=part).delete()
            Remark.objects.release(self.section, part)
        names = {name for _, fields in self.changed.values() for name in fields}
        at = {name: self.columns.index(name) for name in self.columns if name in names}
        update_records(self.section, list(at), [self.before(pk, at) for pk in self.changed])
        if self.section.covers in names:
            fields = {
                pk: fields
                for pk, (_, fields) in self.changed.items()
                if self.section.covers in fields
            }
            replace_covers(
                self.section, {pk: each[self.section.covers][0] for pk, each in fields.items()}
            )

    def before(self, pk, at):
        """The values of the columns in `at` as they were before the upload, and the id."""
        fields, stored = self.changed[pk][1], self.stored[pk]
        values = (
            self.section.field(name).to_python(fields[name][0]) if name in fields else stored[i]
            for name, i in at.items()
        )
        return (*values, pk)
