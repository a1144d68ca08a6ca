"""A list of units as a file: .csv from a statistics office, .xlsx from anybody."""

import csv
import io
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

HEADERS = {
    "code": "code 区划代码 代码 统计用区划代码 单位代码 编码 行政区划代码",
    "name": "name 名称 单位名称 单位 区划名称",
    "level": "level 层级 级别",
    "parent_code": "parent_code parent 上级代码 上级 上级区划代码 上级单位代码",
    "kind": "kind 类型 类别",
    "opened_on": "opened opened_on 设立日期 成立日期",
    "closed_on": "closed closed_on 撤销日期",
    "model": "model 治理模式 模式",
}
FIELDS = {word: field for field, words in HEADERS.items() for word in words.split()}
REQUIRED = {"code": "区划代码", "name": "名称", "level": "层级", "parent_code": "上级代码"}

# openpyxl reads 10,000 cells a second on an office PC; a province or the nation comes as .csv.
MAX_XLSX = 20 << 20
MAX_UNZIPPED = 200 << 20
MAX_XLSX_ROWS = 50_000
MAX_COLUMNS = 60


class UnreadableFile(Exception):
    """The file as a whole cannot be taken; the text says why and what would be right."""


def read_units(path):
    """Yield each row as {field: text} with its `line` in the file. Raises UnreadableFile."""
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"只读 .csv 和 .xlsx 文件，“{path.name}”不是；请另存为其中一种。")
    if not path.is_file():
        raise UnreadableFile(f"没有找到文件“{path}”。")
    rows = reader(path)
    fields = header_fields(next(rows, []))
    for line, cells in enumerate(rows, start=2):
        row = {field: text for field, text in zip(fields, cells, strict=False) if field}
        if any(row.values()):
            row["line"] = line
            yield row


def uploaded_rows(file):
    """Yield the rows of text of an .xlsx or .csv somebody sent. Raises UnreadableFile."""
    suffix = Path(file.name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise UnreadableFile(f"只读 .xlsx 和 .csv 文件，“{file.name}”不是；请另存为其中一种。")
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield from reader(Path(copy.name))


def header_fields(cells):
    """Return the field of each column, None where the column is not ours.

    Raises UnreadableFile where one is missing or stands twice.
    """
    fields = [FIELDS.get(cell.strip().lower()) for cell in cells]
    missing = [label for field, label in REQUIRED.items() if field not in fields]
    if missing:
        raise UnreadableFile(
            f"第 1 行没有这些列名：{'、'.join(missing)}。表头应为：区划代码、名称、层级、上级代码。"
        )
    twice = [label for field, label in REQUIRED.items() if fields.count(field) > 1]
    if twice:
        raise UnreadableFile(f"第 1 行有重复的列：{'、'.join(twice)}；每列只留一个。")
    return fields


def csv_rows(path):
    """Yield rows of text.

    The file is UTF-8 with or without a mark, or GB18030 as Excel and WPS save on Chinese systems.
    """
    text = decode_text(path.read_bytes())
    header, _, _ = text.partition("\n")
    delimiter = "\t" if "\t" in header else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in rows:
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise UnreadableFile(
            "文件里有不成对的引号或过长的单元格，无法按 .csv 读取；请用表格软件重新另存。"
        ) from error


def decode_text(data):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("文字编码不是 UTF-8 或 GB18030；请用表格软件另存为“CSV UTF-8”。")


def xlsx_rows(path):
    """Yield rows of text of the first sheet, read as a stream."""
    from openpyxl import load_workbook  # heavy, and few lists come as .xlsx
    from openpyxl.utils.exceptions import InvalidFileException

    check_xlsx_size(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS)
        for number, row in enumerate(rows, start=1):
            if number > MAX_XLSX_ROWS:
                raise UnreadableFile(
                    f".xlsx 最多读 {MAX_XLSX_ROWS:,} 行；更大的名录请另存为 .csv。"
                )
            yield [text_of_cell(cell) for cell in row]
    except (InvalidFileException, KeyError, IndexError, ValueError, SyntaxError) as error:
        raise UnreadableFile(
            f"“{path.name}”不是完好的 .xlsx 工作簿；请用表格软件打开后重新保存。"
        ) from error


READERS = {".csv": csv_rows, ".txt": csv_rows, ".xlsx": xlsx_rows}


def check_xlsx_size(path):
    """Refuse what would fill the memory before it is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            unzipped = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            f"“{path.name}”不是 .xlsx 工作簿（可能加了密或只改了扩展名）；请重新另存。"
        ) from error
    if path.stat().st_size > MAX_XLSX or unzipped > MAX_UNZIPPED:
        raise UnreadableFile(".xlsx 文件过大；请只留需要的工作表，或另存为 .csv。")


def text_of_cell(value):
    """Return a cell as text; codes that Excel holds as numbers come back whole."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return str(value).strip()
