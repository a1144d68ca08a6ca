"""Remarks that follow a save: why a cell is blank, why an odd value is right, and questions that are answered by it."""

from django.utils import timezone

from surveys.entry.doubts import find_doubts
from surveys.models import Remark


class Notes:
    """Works out, once the changes stand in memory, which remarks come, go and are closed.

    `made` are unsaved remarks, `dropped` stored ones that no longer hold, `closed` questions of an upload whose cell
    was filled in.
    """

    def __init__(self, stored, changes, reasons, by):
        self.stored, self.changes, self.by = stored, changes, by
        self.made, self.dropped, self.closed = [], [], []
        self.follow_names()
        for (row, name), why in changes.why.items():
            self.explain_blank(row, name, why)
        for row, name in changes.taken:
            self.close_questions(row, name)
        for (row, name), text in reasons.items():
            self.explain_value(row, name, text)
        for record in changes.deleted.values():
            self.drop_all(record)

    @property
    def any(self):
        return bool(self.made or self.dropped or self.closed)

    def follow_names(self):
        """Remarks go with the record when its name changes."""
        for old, new in self.changes.renamed.values():
            for remark in self.stored.remarks:
                if remark.key == old[:120]:
                    remark.key = new[:120]
        if self.changes.renamed:
            self.stored.__dict__.pop("pinned", None)

    def reasons(self, row, name):
        pinned = self.stored.at(self.stored.rows[row], name)
        return [remark for remark in pinned if remark.kind == Remark.Kind.REASON]

    def remark(self, row, name, text, value=""):
        """A reason pinned to a cell, in place of what was said there before."""
        self.dropped += self.reasons(row, name)
        key = self.stored.key(self.stored.rows[row])[:120]
        where = {
            "filing": self.stored.filing,
            "section": self.stored.section.name,
            "key": key,
            "field": name,
        }
        self.made.append(
            Remark(kind=Remark.Kind.REASON, by=self.by, value=value[:200], text=text, **where)
        )

    def explain_blank(self, row, name, why):
        if why:
            self.remark(row, name, why)
        else:
            self.dropped += [remark for remark in self.reasons(row, name) if not remark.value]

    def explain_value(self, row, name, text):
        """A reason counts only where something is asked."""
        if row in self.stored.rows and any(
            ask.field == name for ask in find_doubts(self.stored, row)
        ):
            self.remark(row, name, text, self.stored.text(row, name))

    def close_questions(self, row, name):
        """What a workbook left open is settled by a value that can be read."""
        pinned = self.stored.at(self.stored.rows[row], name)
        self.closed += [
            r
            for r in pinned
            if r.kind == Remark.Kind.QUESTION and r.upload_id and r not in self.closed
        ]

    def drop_all(self, record):
        key = self.stored.key(record)[:120]
        mine = [remark for remark in self.stored.remarks if remark.key == key]
        self.dropped += [remark for remark in mine if remark.kind == Remark.Kind.REASON]

    def write(self):
        """Bring the database and `stored` up to it."""
        filing, section = self.stored.filing, self.stored.section.name
        for old, new in self.changes.renamed.values():
            Remark.objects.filter(filing=filing, section=section, key=old[:120]).update(
                key=new[:120]
            )
        if self.dropped:
            Remark.objects.filter(pk__in=[remark.pk for remark in self.dropped]).delete()
        if self.closed:
            Remark.objects.filter(pk__in=[r.pk for r in self.closed]).update(
                closed_at=timezone.now()
            )
        if self.made:
            Remark.objects.bulk_create(self.made)
        gone = {id(remark) for remark in (*self.dropped, *self.closed)}
        self.stored.remarks = [r for r in self.stored.remarks if id(r) not in gone] + self.made
        self.stored.__dict__.pop("pinned", None)
