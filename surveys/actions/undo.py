"""An applied upload taken back as a whole, where nothing it wrote was edited since."""

import json
import zlib
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

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
def undo_upload(*, upload, by=None) -> Upload:
    """Take an upload back: its new records go, its changed values become the old ones.

    Its open questions are withdrawn. Remarks on changed records stay where they are, those on the
    records that go wait for their return. Raises ValidationError with a sentence that names what
    was edited since; then nothing is changed.
    """
    reclaim(upload)
    refuse_locked(upload.round_id)
    effects = upload_effects(upload)
    touched = defaultdict(Counter)
    for effect in effects:
        effect.count(touched)
    filings = snapshot(upload.round, touched.keys())
    refuse_closed(filings.values(), by)
    edited = []
    for effect in effects:
        edited += effect.edited(filings)
    refuse_edited(edited)
    bump(filings.values(), upload.undone_at, by)
    for effect in effects:
        effect.take_back()
    upload.remarks.filter(closed_at=None).delete()
    note_undo(upload, touched, filings, by=by)
    if touched:
        saved(upload.round, sorted(touched))
    return upload


def reclaim(upload) -> None:
    """Only an applied upload can be taken back, and only once."""
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, status=Upload.Status.APPLIED)
    if not mine.update(status=Upload.Status.UNDONE, undone_at=now):
        raise ValidationError(f"“{upload}”没有入库，或已经撤销，没有可撤销的内容。")
    upload.refresh_from_db()


def upload_effects(upload) -> list["SectionEffect"]:
    """What applying wrote, section by section, as `Upload.undo` keeps it."""
    effects = []
    for name, kept in unpacked(upload).items():
        # A sheet with other columns of the same section keeps its own: `grids@二组`.
        section, _, _ = name.partition("@")
        effects.append(SectionEffect(round_section(upload.round, section), kept))
    return effects


def unpacked(upload) -> dict[str, dict]:
    """{section: {"names", "created", "changed"}} as applying left it."""
    return json.loads(zlib.decompress(bytes(upload.undo)))


def refuse_edited(lines) -> None:
    """Nothing is taken back where somebody edited what the upload wrote."""
    if lines:
        names = "、".join(lines[:NAMED])
        raise ValidationError(
            f"入库后有 {len(lines)} 条记录又被改过，不能整批撤销：{names}。请在填报页面逐条修改。"
        )


def undo_value(value) -> Any:
    """A value as the undo record holds it: amounts are text there."""
    if isinstance(value, Decimal):
        return str(value)
    return value


def typed_column(field, values) -> list:
    """A column of the undo record as the database gives it."""
    if isinstance(field, models.DecimalField):
        return [value if value is None else Decimal(value) for value in values]
    return values


class CreatedRecord(NamedTuple):
    """A record the upload made: its filing, its values as written, the filings it covers."""

    filing: int
    values: list
    covers: list


class ChangedFields(NamedTuple):
    """What the upload changed in a record of a filing: {field: [old, new]}."""

    filing: int
    fields: dict


class SectionEffect:
    """What an upload did to one section, beside what is stored there now."""

    def __init__(self, section, kept) -> None:
        self.section, self.names = section, kept["names"]
        self.created = {}
        for pk, *record in kept["created"]:
            self.created[pk] = CreatedRecord(*record)
        self.changed = {}
        for pk, *record in kept["changed"]:
            self.changed[pk] = ChangedFields(*record)
        self.pks = [*self.created, *self.changed]
        written = {"id", "filing", *self.names}
        fields = section.model._meta.concrete_fields
        self.columns, defaults = list(self.names), []
        for field in fields:
            if field.name not in written:
                self.columns.append(field.name)
                defaults.append(field.get_default())
        self.defaults = tuple(defaults)
        self.stored = self.fetched()
        self.covered = {}
        if section.covers:
            self.covered = covered_records(section, self.pks)

    def fetched(self) -> dict[int, tuple]:
        """{id: values of all columns} of the records the upload wrote."""
        rows = {}
        for part in in_chunks(self.pks):
            records = self.section.model.objects.filter(pk__in=part).order_by()
            for pk, *values in records.values_list("pk", *self.columns):
                rows[pk] = tuple(values)
        return rows

    def count(self, touched) -> None:
        """Add to {filing: {section label: records}}."""
        for record in (*self.created.values(), *self.changed.values()):
            touched[record.filing][self.section.label] += 1

    def edited(self, filings) -> list[str]:
        """`育才社区 工作人员·王芳` for each record that is no longer as the upload left it."""
        as_created = self.as_created()
        gone = []
        for pk, values in as_created.items():
            if self.stored.get(pk) != values:
                gone.append(pk)
        for pk, record in self.created.items():
            if self.covers_now(pk) != record.covers:
                gone.append(pk)
        for pk, change in self.changed.items():
            if not self.is_as_changed(pk, change.fields):
                gone.append(pk)
        return [self.called(pk, filings) for pk in dict.fromkeys(gone)]

    def covers_now(self, pk) -> list[int]:
        """The filings a record covers, in order."""
        return sorted(self.covered.get(pk, ()))

    def as_created(self) -> dict[int, tuple]:
        """{id: the values of all columns} of the new records, as the upload wrote them."""
        if not self.created:
            return {}
        columns = zip(*(record.values for record in self.created.values()), strict=True)
        typed = []
        for name, values in zip(self.names, columns, strict=True):
            typed.append(typed_column(self.section.field(name), values))
        rows = zip(*typed, strict=True)
        created = {}
        for pk, row in zip(self.created, rows, strict=True):
            created[pk] = row + self.defaults
        return created

    def is_as_changed(self, pk, fields) -> bool:
        """Whether every field the upload changed still has its value."""
        if pk not in self.stored:
            return False
        now = dict(zip(self.columns, self.stored[pk], strict=True))
        now[self.section.covers] = self.covers_now(pk)
        return all(undo_value(now[name]) == undo_value(new) for name, (_, new) in fields.items())

    def called(self, pk, filings) -> str:
        """The record as people name it, from what is stored or, where it is gone, from what was."""
        written = self.created.get(pk) or self.changed[pk]
        name = f"{filings[written.filing].name} {self.section.label}"
        key = ""
        if pk in self.stored:
            values = zip(self.columns, self.stored[pk], strict=True)
            key = key_text(self.section, dict(values))
        elif pk in self.created:
            values = zip(self.names, self.created[pk].values, strict=True)
            key = key_text(self.section, dict(values))
        if key:
            return f"{name}·{key}"
        return name

    def take_back(self) -> None:
        """Delete the new records, write the old values back."""
        for part in in_chunks(self.created):
            self.section.model.objects.filter(pk__in=part).delete()
            Remark.objects.release(self.section, part)
        changed = set()
        for record in self.changed.values():
            changed.update(record.fields)
        names = [name for name in self.columns if name in changed]
        values = []
        for pk in self.changed:
            values.append(self.before(pk, names))
        update_records(self.section, names, values)
        if self.section.covers in changed:
            self.take_back_covers()

    def take_back_covers(self) -> None:
        """The filings each record covered before."""
        before = {}
        for pk, record in self.changed.items():
            if self.section.covers in record.fields:
                before[pk], _ = record.fields[self.section.covers]
        replace_covers(self.section, before)

    def before(self, pk, names) -> tuple:
        """The values of these columns as they were before the upload, and the id."""
        values = dict(zip(self.columns, self.stored[pk], strict=True))
        for name, (old, _) in self.changed[pk].fields.items():
            if name in values:
                values[name] = self.section.field(name).to_python(old)
        return (*(values[name] for name in names), pk)
