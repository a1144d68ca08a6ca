"""What a file is, and whether it is safe to hand to the parser: asked before anything is parsed.

Each lie about the format has its own sentence with the way out. Sizes are counted while really
unpacking, because the sizes a zip declares are whatever its author wrote. The guard is for the
sentence; the child process is the guarantee.
"""

import codecs
import re
import struct
import zipfile
import zlib
from io import BytesIO
from operator import attrgetter

MB = 1024 * 1024
MAX_FILE = 10 * MB
MAX_UNPACKED = 120 * MB
MAX_PARTS = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 702
MAX_CELLS = 3_000_000
MAX_MERGES = 20_000
CHUNK = 256 * 1024
HEADER_SIZE = (
    30  # bytes before the name of a part; the last four say how long name and extra field are
)

SAVE_AS = "请在 WPS 或 Excel 中“另存为 .xlsx”后再传。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_FORMATS = [
    (b"%PDF", "这是 PDF 文件，不是工作簿。"),
    (b"Rar!", "这是 RAR 压缩包，请解压后上传其中的工作簿。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包，请解压后上传其中的工作簿。"),
    (b"\x89PNG", "这是图片，不是工作簿。"),
    (b"\xff\xd8\xff", "这是图片，不是工作簿。"),
    (b"{\\rtf", "这是 RTF 文档，不是工作簿。"),
]


class Unreadable(Exception):
    """The file cannot be read: why, and what would be accepted."""

    def __init__(self, reason, expected=SAVE_AS):
        super().__init__(reason)
        self.reason, self.expected = reason, expected


def check_file(data, name=""):
    """What the parser leaves out of a workbook: {sheet part: {"K4": "#REF!"}}. Raises Unreadable."""
    if not data:
        raise Unreadable("文件是空的。", "请确认文件保存成功后再传。")
    if len(data) > MAX_FILE:
        size = len(data) / MB
        raise Unreadable(
            f"文件有 {size:.1f} MB，超过上限 10 MB。", "请删去图片或分成几个文件再传。"
        )
    if name.lower().endswith(".et"):
        raise Unreadable("这是 WPS 表格（.et）文件，读不了。")
    if data.startswith(b"PK"):
        return check_zip(data)
    if data.startswith(OLE):
        return check_ole(data)
    raise other_format(data)


def as_utf16(text):
    return text.encode("utf-16-le")


def check_ole(data):
    """The old container of .xls; also of encrypted workbooks and of documents that are none."""
    if as_utf16("EncryptedPackage") in data:
        raise Unreadable(
            "工作簿设了打开密码，读不了。", "请在 WPS 或 Excel 中去掉密码，另存为 .xlsx 后再传。"
        )
    if as_utf16("Workbook") not in data and as_utf16("Book") not in data:
        raise Unreadable("这不是工作簿（可能是文档或演示文稿）。")
    if len(data) % 512 or len(data) < 1536:
        raise Unreadable("文件不完整，可能没有传完。", "请重新保存并上传；仍不行时另存为 .xlsx。")
    return {}


def other_format(data):
    """The sentence for a file that is neither container."""
    for magic, sentence in OTHER_FORMATS:
        if data.startswith(magic):
            return Unreadable(sentence)
    text = decode_beginning(data[:4096])
    head = text.lstrip("\ufeff \r\n\t").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Unreadable("这是“XML 表格 2003”文件。")
    if head.startswith("<") and re.search(r"<(!doctype html|html|table|head|meta|style)", head):
        return Unreadable("这是网页表格（HTML），只是文件名像工作簿。")
    if re.search(r"[,\t\n]", head):
        return Unreadable(
            "这是文本表格（CSV）。", "请在 WPS 或 Excel 中打开，核对没有乱码，另存为 .xlsx 后再传。"
        )
    return Unreadable("认不出的文件类型。")


def decode_beginning(head):
    """The beginning decoded as offices encode text; "" where it is none."""
    for encoding in ("utf-8", "gb18030", "utf-16"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(head)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    return ""


def check_zip(data):
    """A zip: is it a workbook, and does it unpack within the limits."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        struct.error,
        OverflowError,
        EOFError,
    ) as error:
        raise Unreadable("文件不完整或已损坏，可能没有传完。", "请重新保存后再传。") from error
    check_kind({entry.filename for entry in entries}, data)
    check_entries(entries)
    return check_parts(data, entries)


def check_kind(names, data):
    if "mimetype" in names and b"opendocument" in data[:200]:
        raise Unreadable("这是 OpenDocument（.ods）文件。")
    if "xl/workbook.bin" in names:
        raise Unreadable("这是二进制工作簿（.xlsb）。")
    names = {name.lower() for name in names}
    if not any(name.lstrip("/") == "xl/workbook.xml" for name in names):
        raise Unreadable("压缩包里没有工作簿（可能是文档，或文件已损坏）。")
    if any("vbaproject" in name for name in names):
        raise Unreadable("工作簿含有宏。", "请在 WPS 或 Excel 中另存为不含宏的 .xlsx 后再传。")
    if any("externallinks/" in name for name in names):
        raise Unreadable(
            "工作簿引用了别的文件。", "请在“数据－编辑链接”中断开链接，另存为 .xlsx 后再传。"
        )


def check_entries(entries):
    """The directory of the zip: how many parts, each once, none lying over another."""
    if len(entries) > MAX_PARTS:
        raise Unreadable(
            f"工作簿有 {len(entries)} 个部件，超过上限 {MAX_PARTS} 个。",
            "请只留下要报的工作表再传。",
        )
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise Unreadable("工作簿的部件重名，不是正常保存的文件。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("工作簿设了打开密码，读不了。", "请去掉密码，另存为 .xlsx 后再传。")
    end = 0
    for entry in sorted(entries, key=attrgetter("header_offset")):
        if entry.header_offset < end:
            raise Unreadable("工作簿的部件互相重叠，不是正常保存的文件。")
        end = entry.header_offset + HEADER_SIZE + entry.compress_size


def check_parts(data, entries):
    """Unpack every part in pieces, count, and look at what each piece says."""
    left = MAX_UNPACKED
    marks = {}
    for entry in entries:
        scan = PartScan(entry.filename)
        for piece in unpack_part(data, entry):
            left -= len(piece)
            if left < 0:
                raise Unreadable(
                    f"工作簿解开后超过 {MAX_UNPACKED // MB} MB。",
                    "请删去多余的内容或分成几个文件再传。",
                )
            scan.see(piece)
        marks.update(scan.finish())
    return marks


def unpack_part(data, entry):
    """The real bytes of a part, piece by piece, whatever sizes the directory declares."""
    header = data[entry.header_offset : entry.header_offset + HEADER_SIZE]
    if not header.startswith(b"PK\x03\x04"):
        raise Unreadable("文件不完整或已损坏。", "请重新保存后再传。")
    name_length, extra_length = struct.unpack("<HH", header[-4:])
    start = entry.header_offset + HEADER_SIZE + name_length + extra_length
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        yield from inflate_pieces(packed)
    else:
        raise Unreadable("工作簿用了不常见的压缩方式。")


def inflate_pieces(packed):
    stream = zlib.decompressobj(-15)
    try:
        while packed and not stream.eof:
            yield stream.decompress(packed, CHUNK)
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise Unreadable("文件不完整或已损坏。", "请重新保存后再传。") from error


ROW = re.compile(rb'row [^>]*?\br=["\'](\d+)["\']')
WIDE = [re.compile(rb'r="[A-Z]{3}\d'), re.compile(rb"r='[A-Z]{3}\d")]
FILLED = re.compile(rb'<(?:\w+:)?c [^>]*?\br=["\']([A-Z]+)(\d+)["\'][^>]*(?<!/)>(?!</)')
ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^>]*?\bt="e"[^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?<v>([^<]{1,20})</v>'
)
NO_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)
REMAINDER = 4096  # a tag cut by the border of two pieces is seen whole in the second


class PartScan:
    """Looks at one part while it streams by."""

    def __init__(self, name):
        self.name = name
        self.sheet = bool(re.search(r"xl/(worksheets|chartsheets|macrosheets)/[^/]+$", name, re.I))
        self.xml = name.lower().endswith((".xml", ".rels", ".vml"))
        self.rest = b""
        self.cells, self.merges = 0, 0
        self.marks = {}

    def see(self, piece):
        text = self.rest + piece
        if self.xml:
            self.refuse_entities(text)
        if self.sheet:
            self.count(piece)
            self.measure(text)
        self.rest = text[-REMAINDER:]

    def refuse_entities(self, text):
        plain = text.replace(b"\0", b"") if b"\0" in text else text
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise Unreadable("工作簿里有文档类型声明（DTD），不是正常保存的文件。")

    def count(self, piece):
        self.cells += piece.count(b"<c ") + piece.count(b":c ")
        self.merges += piece.count(b"mergeCell ")
        if self.cells > MAX_CELLS:
            raise Unreadable(
                f"一张工作表超过 {MAX_CELLS // 10_000} 万个单元格。",
                "请删去空的格式化区域或分表再传。",
            )
        if self.merges > MAX_MERGES:
            raise Unreadable(
                f"一张工作表的合并单元格超过 {MAX_MERGES:,} 处。", "请取消合并后再传。"
            )

    def measure(self, text):
        """Refuse filled cells far away; styled but empty ones do no harm and are common."""
        last_row = max((int(row[:9]) for row in ROW.findall(text)), default=0)
        if last_row > MAX_ROWS or any(wide.search(text) for wide in WIDE):
            for column, row in FILLED.findall(text):
                refuse_far(column.decode(), int(row[:9]))
        if b't="e"' in text:
            for cell, error in ERROR.findall(text):
                self.marks[cell.decode()] = error.decode(errors="replace")
        if b"<f" in text:
            for cell in NO_VALUE.findall(text):
                self.marks[cell.decode()] = "公式没有结果"

    def finish(self):
        return {self.name: self.marks} if self.marks else {}


def refuse_far(column, row):
    if row > MAX_ROWS:
        raise Unreadable(
            f"工作表在第 {row:,} 行还有内容，超过上限 {MAX_ROWS:,} 行。",
            "请删去下方多余的行，另存为 .xlsx 后再传。",
        )
    if len(column) >= 3:
        raise Unreadable(
            f"工作表在 {column} 列还有内容，超过上限 {MAX_COLUMNS} 列。",
            "请删去右侧多余的列，另存为 .xlsx 后再传。",
        )
