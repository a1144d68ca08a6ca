"""A .docx as somebody else's program reads it: its text, its numbers, its charts."""

import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# What a sentence put together badly looks like: words of the program, doubled marks, nothing in brackets.
ODD = re.compile(r"None|其中0|，，|。。|；；|、、|，。|；。|：。|（）|“”|占数据缺失|\{|\}|nan")
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def body(data):
    """Every line of text and every cell before the annex, in order."""
    lines = []
    for child in Document(BytesIO(data)).element.body:
        text = "|".join(
            "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in child.iter(qn("w:p"))
        )
        if text.startswith("附件："):
            break
        lines.append(text)
    return "\n".join(lines)


def numbers(text):
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def sayable(figures):
    """Every number that these figures can be said with: as they are, rounded, in 万, and how many units lack them."""
    found = set()
    for figure in figures:
        if isinstance(figure.value, str):
            found.update(numbers(figure.value))
        elif figure.value is not None:
            exact = Decimal(repr(figure.value))
            values = [*(half_up(exact, places) for places in range(3)), half_up(exact / 10_000, 2)]
            found.update(map(float, map(abs, values)))
        found.add(float(figure.missing))
    return found


def half_up(value, places):
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def charts(data):
    """{part name: the numbers it shows}."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("word/charts/chart")]
        roots = {name: etree.fromstring(package.read(name)) for name in names}
    return {name: values(root) for name, root in roots.items()}


def values(root):
    return [float(v.text) for val in root.iter(f"{CHART}val") for v in val.iter(f"{CHART}v")]


def workbooks(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return [
            BytesIO(package.read(n))
            for n in sorted(package.namelist())
            if n.startswith("word/embeddings/")
        ]
