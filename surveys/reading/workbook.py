"""A workbook's visible sheets as plain rows, parsed in a disposable child process."""

import marshal
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from surveys.reading import guard
from surveys.reading.guard import Unreadable

CHILD = Path(__file__).with_name("child.py")
SECONDS = 60
DAMAGED = Unreadable("文件无法读取，可能已损坏。")
TOO_FAR = Unreadable(
    "文件无法读取：可能有内容落在很远的行或列，或文件已损坏。",
    "请删去多余的空行空列，另存为 .xlsx 后再传。",
)


@dataclass
class RawSheet:
    """One sheet as it lies: rows from A1 on, all of one width; "" is an empty cell,
    a date is `("2004-08-15",)`.
    """

    name: str
    rows: list[list]
    width: int
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def open_workbook(data, name=""):
    """The visible sheets of a workbook. Raises Unreadable with the sentence to show."""
    marks = guard.check_file(data, name)
    sheets = [RawSheet(**sheet) for sheet in parse_in_child(data)]
    if marks:
        write_marks(sheets, data, marks)
    return sheets


def parse_in_child(data):
    """The child's answer; whatever happens to the child is a sentence here."""
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and script, no word of the file in the command
            child_command(), input=data, capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            f"读了 {SECONDS} 秒还没有读完。", "请删去多余的内容或分成几个文件再传。"
        ) from error
    if child.returncode:
        raise TOO_FAR if child.returncode < 0 else DAMAGED
    try:
        result = marshal.loads(child.stdout)  # noqa: S302 - written by our own child, plain values only
    except (EOFError, ValueError, TypeError) as error:
        raise DAMAGED from error
    if "error" in result:
        raise child_refusal(result)
    return result["sheets"]


def child_command():
    """Isolated and without site: nothing of the environment, up in 10 ms."""
    library = Path(find_spec("python_calamine").origin).parent.parent
    return [sys.executable, "-I", "-S", str(CHILD), str(library)]


def child_refusal(result):
    if result["error"] == "password":
        return Unreadable("工作簿设了打开密码，读不了。", "请去掉密码，另存为 .xlsx 后再传。")
    if result["error"] == "size":
        return Unreadable(
            f"工作表太大（{result['detail']}）。", "请删去多余的空行空列或分成几个文件再传。"
        )
    return DAMAGED


def write_marks(sheets, data, marks):
    """Put errors and formulas without a result, which the parser shows as empty,
    back where they stand.
    """
    parts = parts_of_sheets(data)
    for sheet in sheets:
        part = parts.get(sheet.name, "")
        for cell, text in marks.get(part, {}).items():
            row, column = cell_position(cell)
            inside = row < len(sheet.rows) and column < sheet.width
            if inside and sheet.rows[row][column] == "":
                sheet.rows[row][column] = text


def parts_of_sheets(data):
    """Sheet name -> part of the package, from the workbook's own list."""
    try:
        with ZipFile(BytesIO(data)) as package:
            book = fromstring(package.read("xl/workbook.xml"))
            links = fromstring(package.read("xl/_rels/workbook.xml.rels"))
    except (
        KeyError,
        ValueError,
        ParseError,
        DefusedXmlException,
        BadZipFile,
        OSError,
        NotImplementedError,
    ):
        return {}
    targets = {}
    for link in links:
        targets[link.get("Id")] = link.get("Target", "")
    parts = {}
    for name, link in sheet_links(book):
        parts[name] = part_path(targets.get(link, ""))
    return parts


def part_path(target):
    if target.startswith("/"):
        return target.lstrip("/")
    return f"xl/{target}"


def sheet_links(book):
    """(name, id of the link to its part) of each sheet."""
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            links = [value for key, value in element.attrib.items() if key.endswith("}id")]
            yield element.get("name"), links[0] if links else ""


def cell_position(cell):
    """(3, 10) for "K4"."""
    from xlsxwriter.utility import xl_cell_to_rowcol  # heavy, and only readers need it

    return xl_cell_to_rowcol(cell)


def column_letters(column):
    """0 -> "A", 26 -> "AA"."""
    from xlsxwriter.utility import xl_col_to_name  # heavy, and only readers need it

    return xl_col_to_name(column)


def cell_address(row, column):
    """(3, 10) -> "K4"."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # heavy, and only readers need it

    return xl_rowcol_to_cell(row, column)
