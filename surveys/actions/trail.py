"""The lines an upload leaves in the audit trail: one a filing, with every value it changed, and one of its own."""

from collections import defaultdict

from accounts.audit import audit_entry
from accounts.models import AuditSource
from surveys.bulk import insert_lines
from surveys.difference import BLANK
from surveys.workbook.masking import mask_number


def note_upload(upload, found, filings, *, by):
    """Write what an applied upload changed; `filings` is {id: filing} of those touched."""
    changes = defaultdict(dict)
    for difference in found.values():
        wording = Wording(difference)
        for new, (row, summary) in zip(difference.new, wording.new(), strict=True):
            changes[new.filing][row] = [None, summary]
        for change in difference.changed:
            changes[change.filing].update(wording.changes(change))
    note(upload, "导入工作簿", {pk: (filings[pk], lines) for pk, lines in changes.items()}, by=by)


def note_undo(upload, touched, filings, *, by):
    """Write that an upload was taken back; `touched` is {filing id: {section label: how many records}}."""
    lines = {
        pk: (filings[pk], {label: [f"{n} 条", None] for label, n in each.items()})
        for pk, each in touched.items()
    }
    note(upload, "撤销导入", lines, by=by)


def note(upload, verb, lines, *, by):
    """One line for the upload, one for each (filing, changes)."""
    source = AuditSource.PAGE if by else AuditSource.COMMAND
    own = {
        "填报表": [None, len(lines)],
        **{name: [None, counts] for name, counts in upload.counts.items()},
    }
    path, target = upload.unit.path, f"upload:{upload.pk}"
    head = audit_entry(
        by=by, verb=verb, what=upload.name, source=source, path=path, target=target, changes=own
    )
    period = upload.round.period
    insert_lines(
        head,
        (
            (f"{filing.name} {period}", filing.path, f"filing:{filing.pk}", changes)
            for filing, changes in lines.values()
        ),
    )


class Wording:
    """Values of one section as the trail writes them: labels in front, choices in words, personal ones masked."""

    def __init__(self, difference):
        self.section, self.names, self.made = difference.section, difference.names, difference.new
        self.words = {
            name: self.wording(name) for name in (*self.names, *filter(None, [self.section.covers]))
        }
        self.labels = {name: str(self.section.field(name).verbose_name) for name in self.words}
        self.keys = [(self.names.index(name), self.words[name]) for name in self.section.key]

    def wording(self, name):
        """How a value of this field, not blank, is written."""
        field = self.section.field(name)
        if any(column.personal for column in self.section.columns if column.name == name):
            return mask_number
        if field.many_to_many:
            return list
        known = dict(field.flatchoices) or {True: "是", False: "否"} if is_word(field) else None
        return (lambda value: str(known.get(value, value))) if known else str

    def new(self):
        """(row, what stands in it) of each new record: `性别 女，出生年月 1970-01`, without what is blank.

        Column by column, each distinct value worded once: a city's workbook has half a million cells.
        """
        columns = zip(*(new.values for new in self.made), strict=True)
        texts = [
            self.column(name, values) for name, values in zip(self.names, columns, strict=False)
        ]
        summaries = ("，".join(filter(None, row)) for row in zip(*texts, strict=True))
        return zip((self.row(new.values) for new in self.made), summaries, strict=True)

    def column(self, name, values):
        label, words = self.labels[name], self.words[name]
        known = {
            value: "" if value in BLANK else f"{label} {words(value)}" for value in set(values)
        }
        return [known[value] for value in values]

    def row(self, values):
        """`工作人员·王芳`; just `基本情况` where a filing has one."""
        return "·".join([self.section.label, *(words(values[at]) for at, words in self.keys)])

    def changes(self, change):
        """{section·key·label: [old, new]} of a changed record."""
        row = self.row(change.values)
        return {
            f"{row}·{self.labels[name]}": [
                None if value in BLANK else self.words[name](value) for value in pair
            ]
            for name, pair in change.fields.items()
        }


def is_word(field):
    """Whether people read another word than what is stored."""
    return bool(field.choices) or field.get_internal_type() == "BooleanField"
