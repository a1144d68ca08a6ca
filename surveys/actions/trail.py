"""The lines an upload leaves in the audit trail: one a filing and one of its own."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from accounts.audit import audit_entry
from accounts.models import AuditSource
from surveys.bulk import insert_lines
from surveys.difference import BLANK
from surveys.workbook.masking import mask_number


def note_upload(upload, found, filings, *, by) -> None:
    """Write what an applied upload changed; `filings` is {id: filing} of those touched."""
    changes = defaultdict(dict)
    for difference in found.values():
        wording = SectionWording(difference)
        for new, (row, summary) in zip(difference.new, wording.new_records(), strict=True):
            changes[new.filing][row] = [None, summary]
        for change in difference.changed:
            changes[change.filing].update(wording.changes(change))
    note_filings(upload, "导入工作簿", filings, changes, by=by)


def note_undo(upload, touched, filings, *, by) -> None:
    """Write that an upload was taken back.

    `touched` is {filing id: {section label: how many records}}.
    """
    changes = {}
    for pk, counts in touched.items():
        lines = {}
        for label, number in counts.items():
            lines[label] = [f"{number} 条", None]
        changes[pk] = lines
    note_filings(upload, "撤销导入", filings, changes, by=by)


def note_filings(upload, verb, filings, changes, *, by) -> None:
    """One line for the upload, one for each filing; `changes` is {filing id: its changes}."""
    own_changes = {"填报表": [None, len(changes)]}
    for name, counts in upload.counts.items():
        own_changes[name] = [None, counts]
    own_entry = audit_entry(
        by=by,
        verb=verb,
        what=upload.name,
        source=AuditSource.PAGE if by else AuditSource.COMMAND,
        path=upload.unit.path,
        target=f"upload:{upload.pk}",
        changes=own_changes,
    )
    insert_lines(own_entry, filing_lines(upload.round.period, filings, changes))


def filing_lines(period, filings, changes) -> Iterator[tuple]:
    """(what, path, target, changes) of each filing's line."""
    for pk, lines in changes.items():
        filing = filings[pk]
        yield f"{filing.name} {period}", filing.path, f"filing:{pk}", lines


class SectionWording:
    """Values of one section as the trail writes them: labelled, in words, personal ones masked."""

    def __init__(self, difference) -> None:
        self.section, self.names, self.new = difference.section, difference.names, difference.new
        written = list(self.names)
        if self.section.covers:
            written.append(self.section.covers)
        self.words, self.labels = {}, {}
        for name in written:
            self.words[name] = self.wording(name)
            self.labels[name] = str(self.section.field(name).verbose_name)
        self.keys = []
        for name in self.section.key:
            self.keys.append((self.names.index(name), self.words[name]))

    def wording(self, name) -> Callable:
        """A function that writes a value of this field that is not blank."""
        field = self.section.field(name)
        if any(column.personal for column in self.section.columns if column.name == name):
            return mask_number
        if field.many_to_many:
            return list
        if not is_word(field):
            return str
        words = dict(field.flatchoices) or {True: "是", False: "否"}
        return lambda value: str(words.get(value, value))

    def new_records(self) -> Iterator[tuple[str, str]]:
        """(row, what stands in it) of each new record: `性别 女，出生年月 1970-01`, without what is blank.

        Column by column, each distinct value worded once: a city's workbook has half a million
        cells.
        """
        columns = zip(*(new.values for new in self.new), strict=True)
        texts = []
        # No columns where nothing is new.
        for name, values in zip(self.names, columns, strict=False):
            texts.append(self.column_texts(name, values))
        for new, row in zip(self.new, zip(*texts, strict=True), strict=True):
            said = [text for text in row if text]
            yield self.row_name(new.values), "，".join(said)

    def column_texts(self, name, values) -> list[str]:
        """`性别 女` for each value of a column, "" where it is blank."""
        label, words = self.labels[name], self.words[name]
        texts = {}
        for value in set(values):
            texts[value] = "" if value in BLANK else f"{label} {words(value)}"
        return [texts[value] for value in values]

    def row_name(self, values) -> str:
        """`工作人员·王芳`; just `基本情况` where a filing has one."""
        key = [words(values[at]) for at, words in self.keys]
        return "·".join([self.section.label, *key])

    def changes(self, change) -> dict[str, list]:
        """{section·key·label: [old, new]} of a changed record."""
        row = self.row_name(change.values)
        changes = {}
        for name, pair in change.fields.items():
            words = self.words[name]
            written = []
            for value in pair:
                if value in BLANK:
                    written.append(None)
                else:
                    written.append(words(value))
            changes[f"{row}·{self.labels[name]}"] = written
        return changes


def is_word(field) -> bool:
    """Whether people read another word than what is stored."""
    return bool(field.choices) or field.get_internal_type() == "BooleanField"
