"""Remarks that follow a save: why a cell is blank, why an odd value is right,
questions answered by it.
"""

from django.utils import timezone

from surveys.entry.doubts import find_doubts
from surveys.models import Remark


class Notes:
    """Works out, once the changes stand in memory, which remarks come, go,
    are closed or find a record.

    `made` are unsaved remarks, `dropped` stored ones that no longer hold, `closed` questions of an
    upload whose cell was filled in. `found` {row: stored remarks that waited for a record of its
    key}.
    """

    def __init__(self, stored, changes, reasons, by):
        self.stored, self.changes, self.by = stored, changes, by
        self.made, self.dropped, self.closed = [], [], []
        self.rows_of_made = []
        self.found = {}
        for row in self.rows_with_new_keys():
            self.found[row] = stored.waiting_for(row)
        for (row, name), why in changes.why.items():
            self.explain_blank(row, name, why)
        for row, name in changes.taken:
            self.close_questions(row, name)
        for (row, name), text in reasons.items():
            self.explain_value(row, name, text)
        for record in changes.deleted.values():
            self.drop_reasons(record)

    @property
    def any(self):
        return bool(self.made or self.dropped or self.closed)

    def rows_with_new_keys(self):
        """New rows, and those whose key was corrected."""
        return [*self.changes.created, *self.changes.renamed]

    def remarks_at(self, row, name):
        """The open remarks at a cell, among them those that waited for this record."""
        pinned = self.stored.at(self.stored.rows[row], name)
        found = self.found.get(row, ())
        waiting = []
        for each in found:
            if each.field == name and not each.closed_at:
                waiting.append(each)
        return pinned + waiting

    def reasons(self, row, name):
        kind = Remark.Kind.REASON
        found = []
        for remark in self.remarks_at(row, name):
            if remark.kind == kind:
                found.append(remark)
        return found

    def remark(self, row, name, text, value=""):
        """A reason pinned to a cell, in place of what was said there before."""
        self.dropped += self.reasons(row, name)
        remark = Remark(
            kind=Remark.Kind.REASON,
            filing=self.stored.filing,
            section=self.stored.section.name,
            key=self.stored.key(self.stored.rows[row]),
            field=name,
            value=value[:200],
            text=text,
            by=self.by,
        )
        self.made.append(remark)
        self.rows_of_made.append(row)

    def explain_blank(self, row, name, why):
        if why:
            self.remark(row, name, why)
        else:
            for remark in self.reasons(row, name):
                if not remark.value:
                    self.dropped.append(remark)

    def explain_value(self, row, name, text):
        """A reason counts only where something is asked."""
        if self.is_doubted(row, name):
            self.remark(row, name, text, self.stored.text(row, name))

    def is_doubted(self, row, name):
        """Whether the value in this cell is asked about."""
        if row not in self.stored.rows:
            return False
        return any(doubt.field == name for doubt in find_doubts(self.stored, row))

    def close_questions(self, row, name):
        """What a workbook left open is settled by a value that can be read."""
        for remark in self.remarks_at(row, name):
            from_upload = remark.kind == Remark.Kind.QUESTION and remark.upload_id
            if from_upload and remark not in self.closed:
                self.closed.append(remark)

    def remarks_of(self, record):
        """All remarks on a stored record, closed ones among them."""
        pk = self.stored.section.pinned_record(record["pk"])
        return [remark for remark in self.stored.remarks if remark.record_id == pk]

    def drop_reasons(self, record):
        """Drop the reasons given at a deleted record's cells, keep what was asked there."""
        kind = Remark.Kind.REASON
        for remark in self.remarks_of(record):
            if remark.kind == kind:
                self.dropped.append(remark)

    def write(self):
        """Bring the database and `stored` up to it, once the records are stored."""
        if self.dropped:
            Remark.objects.filter(pk__in=[remark.pk for remark in self.dropped]).delete()
        if self.closed:
            closed = Remark.objects.filter(pk__in=[remark.pk for remark in self.closed])
            closed.update(closed_at=timezone.now())
        self.release_deleted()
        self.follow_keys()
        self.attach_found()
        self.store_made()
        gone = {id(remark) for remark in (*self.dropped, *self.closed)}
        kept = []
        for remark in self.stored.remarks:
            if id(remark) not in gone:
                kept.append(remark)
        self.stored.remarks = kept + self.made
        self.stored.__dict__.pop("pinned", None)

    def release_deleted(self):
        """What was asked about a record that went waits for the next one of its key."""
        left = []
        for record in self.changes.deleted.values():
            for remark in self.remarks_of(record):
                if remark.record_id:
                    left.append(remark)
        for remark in left:
            remark.record_id = None
        if left:
            Remark.objects.filter(pk__in=[remark.pk for remark in left]).update(record_id=None)

    def follow_keys(self):
        """Remarks call their record by its corrected key."""
        section = self.stored.section
        for row, (_, key) in self.changes.renamed.items():
            record = self.stored.rows[row]
            for remark in self.remarks_of(record):
                remark.key = key
            mine = Remark.objects.filter(section=section.name, record_id=record["pk"])
            mine.update(key=key)

    def attach_found(self):
        """What waited for a record of this key has found it."""
        for row, remarks in self.found.items():
            pk = self.stored.rows[row]["pk"]
            for remark in remarks:
                remark.record_id = pk
            if remarks:
                found = Remark.objects.filter(pk__in=[remark.pk for remark in remarks])
                found.update(record_id=pk)

    def store_made(self):
        for remark, row in zip(self.made, self.rows_of_made, strict=True):
            record = self.stored.rows[row]
            remark.record_id = self.stored.section.pinned_record(record["pk"])
        if self.made:
            Remark.objects.bulk_create(self.made)
