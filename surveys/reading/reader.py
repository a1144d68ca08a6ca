"""The whole way from a file to a Reading."""

import gc
from contextlib import contextmanager
from pathlib import Path

from surveys.extras import round_sections
from surveys.reading.closed import set_apart
from surveys.reading.decisions import Decisions
from surveys.reading.guard import MAX_FILE, Unreadable
from surveys.reading.labels import vocabulary_of
from surveys.reading.result import Finding, FindingKind, Reading, no_progress
from surveys.reading.sheet import SheetReader
from surveys.reading.units import Register
from surveys.reading.workbook import open_workbook
from surveys.sections import all_sections
from surveys.workbook.marker import COVER, is_ours

NO_HEADER = "没有找到能读的表格：各工作表都没有认得的表头。"
UNKNOWN_SHEET = "没有找到认得的表头，这张表没有读"
NOT_ASKED = "本期不填这一分项，这张表没有读"
GIVE_HEADER = "请用系统的调查表，或给表格加上列名（如“社区名称、总户数、总人口”）后再传。"


def read_survey(file, *, round, unit=None, decisions=None, layouts=None, tick=no_progress):
    """Read a workbook (a path or a binary file) for a round; nothing is written.

    `unit` limits the rows to its subtree. `decisions` are {"sheet!cell": {"unit": code} | {"value":
    …} | {"leave_out": true}}. `layouts` are {signature: mapping} of confirmed layouts. `tick` is
    told how far it is.
    """
    with no_collection():
        return read_file(file, round, unit, Decisions(decisions or {}), layouts, tick)


@contextmanager
def no_collection():
    """A large workbook is a million small values and no cycles:
    looking for garbage among them costs a tenth.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_file(file, round, unit, decisions, layouts, tick):
    reading = Reading()
    tick("正在打开工作簿")
    try:
        sheets = open_workbook(*workbook_content(file))
    except Unreadable as error:
        reading.findings.append(Finding(FindingKind.FILE, error.reason, error.expected))
        return reading
    reading.ours = is_ours({sheet.name: sheet.rows for sheet in sheets})
    read_sheets(reading, sheets, Register.of(round, unit), round, decisions, layouts, tick)
    if not reading.sheets:
        reading.findings.append(Finding(FindingKind.FILE, NO_HEADER, GIVE_HEADER))
    return reading


def read_sheets(reading, sheets, register, round, decisions, layouts, tick):
    """All sheets but our own cover; then what concerns the workbook as a whole."""
    vocabulary, idle = vocabulary_of(round), not_asked(round)
    seen, naming = {}, {}
    done, total = 0, sum(len(sheet.rows) for sheet in sheets)
    for sheet in sheets:
        tick(f"正在读取“{sheet.name}”（共 {total:,} 行）", done, total)
        done += len(sheet.rows)
        if not sheet.rows or (reading.ours and sheet.name == COVER):
            continue
        if sheet.name.strip() in idle:
            reading.findings.append(unread_sheet(sheet, NOT_ASKED))
            continue
        reader = SheetReader(sheet, register, vocabulary, round.year, decisions, reading, seen)
        if reader.read(layouts):
            naming[sheet.name] = reader.owners.naming
        else:
            reading.findings.append(unread_sheet(sheet, UNKNOWN_SHEET))
    set_apart(reading, register, naming)
    reading.findings.extend(decisions.unused())


def unread_sheet(sheet, reason):
    return Finding(FindingKind.NOTE, reason, sheet=sheet.name, cell="A1")


def not_asked(round):
    """The names of sheets whose section the round does not ask.

    Some of their columns would pass for those of other sections.
    """
    asked = {section.name for section in round_sections(round)}
    names = set()
    for section in all_sections():
        if section.name not in asked:
            names.update((section.label, *section.sheet_names))
    return names


def workbook_content(file):
    """The bytes and the name of a path or a binary file, never more than just over the limit."""
    if isinstance(file, (str, Path)):
        with open(file, "rb") as stream:
            return stream.read(MAX_FILE + 1), Path(file).name
    file.seek(0)
    name = getattr(file, "name", "") or ""
    return file.read(MAX_FILE + 1), Path(str(name)).name
