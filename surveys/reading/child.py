"""The disposable child process that parses a workbook: run by path, without Django,
with its own limits.

A workbook can abort the parser where no exception can be caught, so only this process may meet it.
It gets the file on its standard input and answers on its standard output, marshalled plain values:
dates as 1-tuples of ISO text.
"""

import gc
import marshal
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO

MEMORY = 768 * 1024**2
CPU_SECONDS = 30
MAX_CELLS = 3_000_000
MAX_ROWS = 100_000
MAX_ANSWER = 160 * 1024 * 1024


def limit_resources():
    """Limit this process's memory and processor time; where the system cannot,
    the parent's clock remains.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def storable_text(text):
    """NUL has no place in a text of the database: its stand-in is refused by the reader.
    Blanks alone are empty.
    """
    if text.isspace():
        return ""
    return text.replace("\0", "\ufffd")


def is_odd_text(value):
    """Whether `storable_text` changes a value."""
    return type(value) is str and (value.isspace() or "\0" in value)


def plain_value(value):
    """A value that marshal carries; True would be taken for 1,
    so it travels as the word Excel shows.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return (value.date().isoformat(),)
    if isinstance(value, date):
        return (value.isoformat(),)
    if isinstance(value, (time, timedelta)):
        return str(value)
    if isinstance(value, str):
        return storable_text(value)
    return value


def trim_rows(rows):
    """Rows without the empty ones at the end and the empty columns at the right."""
    while rows and not any(value != "" for value in rows[-1]):
        rows.pop()
    width = 0
    for row in rows:
        at = len(row)
        while at > width and row[at - 1] == "":
            at -= 1
        width = at
    return rows, width


PLAIN = {str, float, int}


def read_sheet(book, at):
    """The rows, width and merged areas of a sheet. Raises OverflowError where it is too large."""
    sheet = book.get_sheet_by_index(at)
    height, width = sheet.total_height, sheet.total_width
    if height > MAX_ROWS or height * width > 20 * MAX_CELLS:
        raise OverflowError(f"{height:,} 行 × {width:,} 列")
    rows, width = trim_rows(sheet.to_python(skip_empty_area=False))
    if len(rows) * width > MAX_CELLS:
        raise OverflowError(f"{len(rows):,} 行 × {width:,} 列")
    rows = [plain_row(row[:width]) for row in rows]
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or []]
    return {"rows": rows, "width": width, "merged": merged}


def plain_row(row):
    if PLAIN.issuperset(map(type, row)) and not any(map(is_odd_text, row)):
        return row
    return [plain_value(value) for value in row]


def parse_workbook(data):
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = []
        for at, meta in enumerate(book.sheets_metadata):
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible:
                sheet = read_sheet(book, at)
                sheet["name"] = storable_text(meta.name)
                sheets.append(sheet)
        return {"sheets": sheets}
    except PasswordError:
        return {"error": "password"}
    except OverflowError as error:
        return {"error": "size", "detail": str(error)}
    except (CalamineError, MemoryError, ValueError, OSError) as error:
        detail = f"{type(error).__name__}: {error}"
        return {"error": "damaged", "detail": detail[:200]}


def main():
    limit_resources()
    gc.disable()  # a short life of plain values has no garbage to look for
    sys.path.extend(sys.argv[1:])
    result = marshal.dumps(parse_workbook(sys.stdin.buffer.read()))
    if len(result) > MAX_ANSWER:
        result = marshal.dumps({"error": "size", "detail": "内容过长"})
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    main()
