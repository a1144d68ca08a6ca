"""A draft as the checker reads it: its paragraphs and the cells of its tables, each with a place people can find."""

from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.oxml.ns import qn

from surveys.reading.guard import Unreadable, unpack_part

MAX_FILE, MAX_UNPACKED = 20 * 1024 * 1024, 60 * 1024 * 1024
WAY_OUT = "请在 WPS 或 Word 中“另存为 .docx”后再传。"


@dataclass(frozen=True)
class Passage:
    """One paragraph, or one cell of a table with the words of its row and column."""

    place: str
    text: str
    table: int = 0
    row: int = 0
    column: int = 0
    row_head: str = ""
    column_head: str = ""


def draft_passages(content):
    """Every passage of a .docx in reading order. Raises Unreadable with a sentence and the way out."""
    check_draft_package(content)
    try:
        document = Document(BytesIO(content))
    except (KeyError, ValueError) as error:
        # python-docx says so of a package that is no document
        raise Unreadable("这个文件不是 Word 文档，或已损坏。", WAY_OUT) from error
    found, paragraphs, tables = [], 0, 0
    for node in document.element.body:
        if node.tag == qn("w:p"):
            text = node_text(node)
            if text:
                paragraphs += 1
                found.append(Passage(f"第 {paragraphs} 段", text))
        elif node.tag == qn("w:tbl"):
            tables += 1
            found += table_passages(tables, table_texts(node))
    return found


def check_draft_package(content):
    """Pass a package that is a document; raise Unreadable with a sentence and the way out else."""
    if len(content) > MAX_FILE:
        size = len(content) / 1024 / 1024
        wrong = f"文件有 {size:.1f} MB，超过上限 20 MB。"
        raise Unreadable(wrong, "请压缩或删去图片后再传。")
    if not content.startswith(b"PK"):
        raise Unreadable("这不是 .docx 文档（可能是 .doc、.wps 或 PDF）。", WAY_OUT)
    try:
        with ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("文件不完整或已损坏。", "请重新保存后再传。") from error
    if "word/document.xml" not in {entry.filename for entry in entries}:
        raise Unreadable("压缩包里没有 Word 文档。", WAY_OUT)
    check_unpacked(content, entries)


def check_unpacked(content, entries):
    """Pass what unpacks within the limit, counted while really unpacking, and declares no DTD."""
    left = MAX_UNPACKED
    for entry in entries:
        for piece in unpack_part(content, entry):
            left -= len(piece)
            if left < 0:
                raise Unreadable("文件解开后超过 60 MB。", "请删去图片后再传。")
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise Unreadable("文件里有文档类型声明（DTD），不是正常保存的文档。", WAY_OUT)


def node_text(node):
    """All text of a paragraph or a cell."""
    texts = [text.text or "" for text in node.iter(qn("w:t"))]
    return "".join(texts).strip()


def table_texts(table):
    """[[text of a cell]] of a table, row by row."""
    rows = []
    for row in table.iter(qn("w:tr")):
        rows.append([node_text(cell) for cell in row.iter(qn("w:tc"))])
    return rows


def table_passages(number, rows):
    """The filled cells of one table; the first row and the first cell of a row are its heads."""
    heads = rows[0] if rows else []
    found = []
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                place = f"表 {number} 第 {at + 1} 行第 {column + 1} 列"
                head = heads[column] if column < len(heads) else ""
                found.append(Passage(place, text, number, at, column, row[0], head))
    return found
