"""Hostile workbooks, made on the spot: small files that unpack, nest or point at something enormous."""

import random
import re
import zipfile
from io import BytesIO

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = f"""<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
ROOT = f"""<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
CELL = '<row r="{row}"><c r="{ref}"><v>1</v></c></row>'


def sheet_xml(body, after=""):
    return f'<?xml version="1.0"?><worksheet xmlns="{NAMESPACE}"><sheetData>{body}</sheetData>{after}</worksheet>'


def book_xml(sheets):
    listed = "".join(
        f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1)
    )
    return f'<?xml version="1.0"?><workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'


def links_xml(sheets):
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    shared = f'<Relationship Id="rs" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{listed}{shared}</Relationships>'


def package(first_sheet, extra=(), sheets=1):
    """A minimal workbook whose first sheet is `first_sheet` (text, or an iterable of pieces)."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", ROOT)
        book.writestr("xl/workbook.xml", book_xml(sheets))
        book.writestr("xl/_rels/workbook.xml.rels", links_xml(sheets))
        write(book, "xl/worksheets/sheet1.xml", first_sheet)
        for name, content in extra:
            write(book, name, content)
    return file.getvalue()


def write(book, name, content):
    with book.open(name, "w", force_zip64=True) as part:
        for piece in [content] if isinstance(content, str) else content:
            part.write(piece.encode() if isinstance(piece, str) else piece)


def repeated(piece, size):
    """`piece` again and again up to about `size` bytes."""
    block = piece * max(1, 1_000_000 // len(piece))
    return (block for _ in range(size // len(block)))


def zeros():
    """300 MiB of blanks as one part."""
    return package(sheet_xml(""), [("xl/media/a.bin", repeated(b"\0", 300 * 1024**2))])


def nested():
    inner = package(sheet_xml(""), [("xl/media/a.bin", repeated(b"\0", 200 * 1024**2))])
    return package(
        sheet_xml(""),
        [("xl/embeddings/inner.xlsx", [inner] * 2), ("xl/a.xml", repeated(b" ", 130 * 1024**2))],
    )


def overlapping():
    """Two entries of the directory over the same bytes."""
    data = bytearray(package(sheet_xml(""), [("xl/a.bin", "a" * 999), ("xl/b.bin", "b" * 999)]))
    at = [found.start() for found in re.finditer(b"PK\x01\x02", data)]
    data[at[-1] + 42 : at[-1] + 46] = data[at[-2] + 42 : at[-2] + 46]
    return bytes(data)


def many_parts():
    """As many entries as 10 MB hold."""
    return package(sheet_xml(""), [(f"xl/media/{n}", "") for n in range(60_000)])


def corner(last="XFD1048576"):
    """1.5 KB, perfectly legal: a cell at A1 and one at the far corner."""
    row = re.search(r"\d+", last)[0]
    return package(sheet_xml(CELL.format(row=1, ref="A1") + CELL.format(row=row, ref=last)))


def sly_corner():
    """The same with single quotes and a prefix, to walk round a guard that looks for the usual spelling."""
    return package(corner_xml().replace('"', "'").replace("<c ", "<c\n"))


def corner_xml():
    return sheet_xml(CELL.format(row=1, ref="A1") + CELL.format(row=1048576, ref="XFD1048576"))


def empty_cells():
    """Twenty million cells without a value."""
    row = "<row>" + "<c/>" * 16 + "</row>"
    return package(sheet_xml_pieces(repeated(row.replace("<c/>", "<c />"), 180 * 1024**2)))


def sheet_xml_pieces(pieces):
    head, _, tail = sheet_xml("@").partition("@")
    yield head
    yield from pieces
    yield tail


def laughs():
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    text = sheet_xml('<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>')
    return package(text.replace("?>", f"?><!DOCTYPE x [{entities}]>", 1))


def shared_strings():
    """One very long text that very many cells use."""
    table = f'<?xml version="1.0"?><sst xmlns="{NAMESPACE}"><si><t>{"x" * 4_000_000}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 90_000))
    return package(sheet_xml(rows), [("xl/sharedStrings.xml", table)])


def styles():
    return package(
        sheet_xml(""), [("xl/styles.xml", repeated(b'<xf numFmtId="1"/>', 200 * 1024**2))]
    )


def many_sheets():
    return package(
        sheet_xml(""),
        [(f"xl/worksheets/sheet{n}.xml", sheet_xml("")) for n in range(2, 10_001)],
        10_000,
    )


def merges():
    listed = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(1, 40_001))
    return package(sheet_xml(CELL.format(row=1, ref="A1"), f"<mergeCells>{listed}</mergeCells>"))


def comments():
    return package(
        sheet_xml(""), [("xl/comments1.xml", repeated(b"<comment>x</comment>", 400 * 1024**2))]
    )


BOMBS = [
    zeros,
    nested,
    overlapping,
    many_parts,
    corner,
    sly_corner,
    empty_cells,
    laughs,
    shared_strings,
    styles,
    many_sheets,
    merges,
    comments,
]


def mutated(data, seed):
    """A workbook damaged as files are (35 %: bytes) or as an attacker would (65 %: in its XML)."""
    chance = random.Random(seed)
    return damaged(bytearray(data), chance) if chance.random() < 0.35 else rewritten(data, chance)


def damaged(data, chance):
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(data))
        kind = chance.random()
        if kind < 0.6:
            data[at] = chance.randrange(256)
        elif kind < 0.8:
            del data[at : at + chance.randint(1, 40)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 40))
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.1 else data)


NUMBERS = [
    "0",
    "-1",
    "1048577",
    "4294967296",
    "99999999999999999999",
    "1e309",
    "NaN",
    "",
    "A",
    "&#0;",
    "XFE1",
]


def rewritten(data, chance):
    """Attributes, values and tags of one or two parts exchanged for others."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new,
    ):
        names = old.namelist()
        chosen = set(chance.sample(names, min(2, len(names))))
        for name in names:
            content = old.read(name)
            new.writestr(
                name,
                edited(content, chance)
                if name in chosen and name.endswith(("xml", "rels"))
                else content,
            )
    return file.getvalue()


def edited(content, chance):
    text = content.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 4)):
        spots = [
            found.span(1)
            for found in re.finditer(r'"([^"]{1,40})"|>([^<]{1,40})<', text)
            if found[1]
        ]
        if spots and chance.random() < 0.8:
            start, end = chance.choice(spots)
            text = text[:start] + chance.choice(NUMBERS) + text[end:]
        else:
            at = chance.randrange(len(text) or 1)
            text = (
                text[:at]
                + chance.choice(["<", ">", "</row>", "<row>", "]]>", "<!--", "\0", "<c r='XFD9'>"])
                + text[at:]
            )
    return text.encode("utf-8", "replace")
