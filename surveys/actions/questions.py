"""What a workbook leaves open, pinned to its cells, and remarks that wait for a record."""

from collections import defaultdict
from typing import NamedTuple

from communities.bulk import in_chunks
from surveys.difference import ROW, NewRecord, key_text
from surveys.extras import round_section
from surveys.models import Remark
from surveys.reading.result import FindingKind

PINNED = (FindingKind.CELL, FindingKind.CHECK)
SAME = ("filing_id", "section", "record_id", "key", "field", "value", "text")


class WorkbookQuestion(NamedTuple):
    """An unsaved remark and its record: a stored one's id, a NewRecord, or None for neither."""

    remark: Remark
    record: int | NewRecord | None


def new_questions(upload, reading, differences, *, by) -> list[WorkbookQuestion]:
    """A question for each cell in question that does not carry the same one yet, open or answered.

    `differences` {name: Difference} say which records the rows of the reading stand for.
    """
    findings = []
    for finding in reading.findings:
        if finding.kind in PINNED and finding.filing:
            findings.append(finding)
    records = records_of_rows(reading, differences, findings)
    asked = stored_questions({finding.filing for finding in findings})
    questions = []
    for finding in findings:
        record = records.get(row_called(finding))
        remark = question_remark(upload, finding, by)
        if isinstance(record, int):
            remark.record_id = record
        sentence = same_question(remark)
        # Two records that are both still to be made have no id yet that would tell them apart.
        here = (sentence, id(record)) if isinstance(record, NewRecord) else sentence
        if sentence in asked or here in asked:
            continue
        asked.add(here)
        questions.append(WorkbookQuestion(remark, record))
    return questions


def question_remark(upload, finding, by) -> Remark:
    """A finding as an unsaved remark, in the lengths a remark holds."""
    text = finding.reason
    if finding.expected:
        text = f"{text}；{finding.expected}"
    return Remark(
        upload=upload,
        kind=Remark.Kind.QUESTION,
        filing_id=finding.filing,
        section=finding.section,
        key=finding.key,
        field=finding.field,
        value=finding.value[:200],
        text=text[:400],
        by=by,
    )


def stored_questions(filings) -> set[tuple]:
    """What is asked at the cells of these filings already, open or answered."""
    asked = set()
    for part in in_chunks(filings):
        remarks = Remark.objects.filter(filing__in=part, kind=Remark.Kind.QUESTION)
        asked.update(remarks.values_list(*SAME))
    return asked


def same_question(remark) -> tuple:
    """What two remarks have in common where they ask the same at the same cell."""
    return tuple(getattr(remark, name) for name in SAME)


def row_called(finding) -> tuple:
    """(sheet, row number, section, key): which record of which row of the workbook it is about."""
    row = ROW.search(finding.cell)
    return finding.sheet, int(row[0]) if row else 0, finding.section, finding.key


def records_of_rows(reading, differences, findings) -> dict[tuple, int | NewRecord | None]:
    """{row as `row_called` names it: its record} of the rows these findings are about.

    Rows of sections with one record a filing are left out: their remarks need no record.
    """
    rows = {row_called(finding) for finding in findings}
    places = {(sheet, number) for sheet, number, _, _ in rows}
    records = {}
    for name, difference in differences.items():
        incoming, section = reading.incoming[name], difference.section
        if section.single:
            continue
        # A reading that brings none of the section's fields is not compared and takes no records.
        lines = zip(incoming.rows, incoming.places, difference.taken_for, strict=False)
        for (_, *values), place, record in lines:
            if place in places:
                key = key_text(section, dict(zip(incoming.names, values, strict=True)))
                records[(*place, section.name, key)] = record
    return records


def pin_questions(round, questions) -> None:
    """Store the questions of a workbook, once its records are stored."""
    waiting = defaultdict(list)
    for remark, record in questions:
        if isinstance(record, NewRecord):
            remark.record_id = record.pk
        if remark.record_id is None:
            waiting[remark.section].append(remark)
    for name, remarks in waiting.items():
        section = round_section(round, name)
        if not section.single:
            attach_remarks(section, remarks)
    Remark.objects.bulk_create((question.remark for question in questions), batch_size=500)


def attach_waiting(differences) -> None:
    """Give the new records of a workbook the remarks that waited for records of their keys."""
    for difference in differences:
        section = difference.section
        if section.single or not difference.new:
            continue
        filings = {new.filing for new in difference.new}
        waiting = []
        for part in in_chunks(filings):
            waiting += Remark.objects.waiting(section).filter(filing__in=part)
        attached = attach_remarks(section, waiting)
        Remark.objects.bulk_update(attached, ["record_id"], batch_size=500)


def attach_remarks(section, remarks) -> list[Remark]:
    """Set `record_id` where exactly one record of the filing bears the remark's key; return those.

    Nothing is saved.
    """
    bearers = defaultdict(list)
    for part in in_chunks({remark.filing_id for remark in remarks}):
        records = section.model.objects.filter(filing__in=part)
        for record in records.values("pk", "filing_id", *section.key):
            bearers[record["filing_id"], key_text(section, record)].append(record["pk"])
    attached = []
    for remark in remarks:
        pks = bearers[remark.filing_id, remark.key]
        if len(pks) == 1:
            remark.record_id = pks[0]
            attached.append(remark)
    return attached
