"""What an answer says, as lines of text: a page, a workbook, a document, JSON."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import openpyxl

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# A person reads these, or sends them; the other attributes are the page's looks.
READ = {"href", "action", "method", "name", "value", "title", "alt", "placeholder", "aria-label"}
READ |= {"checked", "selected", "disabled", "required", "hx-get", "hx-post"}
SECRETS = {"csrfmiddlewaretoken", "code"}
# Their values number rows of the database.
NUMBERED = {"checkbox", "hidden", "radio", "option"}
ROW_OR_HASH = re.compile(r"\b[0-9a-f]+\b")
NUMBERS_IN_LOOKS = re.compile(r"\d+")
# Everything that is this moment, or follows from chance.
MOMENTS = [
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\d{4} ?年 ?\d+ ?月 ?\d+ ?日 ?\d\d:\d\d(:\d\d)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "<clock>"),
    (re.compile(r"\b(?=\d*[a-f])[0-9a-f]{12,64}\b"), "<hash>"),
    (re.compile("(?<=数据版本：)[0-9a-f]{12}"), "<hash>"),  # one may have no letter
    (re.compile(r"sq_[A-Za-z0-9_-]{20,}"), "<token>"),
]


def mask_moments(text):
    for pattern, word in MOMENTS:
        text = pattern.sub(word, text)
    return text


class PageReader(HTMLParser):
    """The words, links and fields of a page, one a line; with `markup`, its tags too."""

    def __init__(self, *, markup):
        super().__init__()
        self.markup = markup
        self.lines = []
        self.links = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        for name in ("href", "hx-get"):
            if given.get(name):
                self.links.append(given[name])
        shown = self.attributes_shown(tag, given)
        if shown or self.markup:
            self.lines.append(f"<{tag} {' '.join(shown)}>")

    def attributes_shown(self, tag, given):
        hides_value = given.get("name") in SECRETS
        is_numbered = given.get("type", tag) in NUMBERED
        shown = []
        for name, value in sorted(given.items()):
            value = " ".join((value or "").split())
            if name == "value" and (hides_value or is_numbered):
                value = "#" if hides_value else ROW_OR_HASH.sub("#", value)
            if name in READ:
                shown.append(f'{name}="{value}"')
            elif self.markup:
                shown.append(f'{name}="{NUMBERS_IN_LOOKS.sub("#", value)}"')
        return shown

    def handle_endtag(self, tag):
        if self.markup:
            self.lines.append(f"</{tag}>")

    def handle_data(self, data):
        if words := " ".join(data.split()):
            self.lines.append(words)


def page_lines(content, *, markup):
    """The lines of an HTML page, and the addresses it links to."""
    reader = PageReader(markup=markup)
    reader.feed(content.decode())
    reader.close()
    return reader.lines, reader.links


def workbook_lines(content):
    """A line for each row of each sheet that has a cell with something in it."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    lines = []
    for sheet in book.worksheets:
        lines.append(f"sheet {sheet.title} ({sheet.sheet_state})")
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = ["" if value is None else str(value) for value in row]
            if any(cells):
                lines.append(f"{number}: {' | '.join(cells).rstrip(' |')}")
    return lines


def document_lines(content):
    """The paragraphs of a Word document, the rows of its tables, and the numbers of its charts."""
    lines = []
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in sorted(file.namelist()):
            if name.startswith("word/charts/chart") and name.endswith(".xml"):
                texts = ElementTree.fromstring(file.read(name)).itertext()
                lines.append(f"chart: {' | '.join(text for text in texts if text.strip())}")
            elif re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                lines.extend(body_lines(ElementTree.fromstring(file.read(name))))
    return lines


def body_lines(part):
    for element in part.iter():
        if element.tag == f"{WORD}tr":
            cells = [words_in(cell) for cell in element.iter(f"{WORD}tc")]
            yield f"row: {' | '.join(cells)}"
        elif element.tag == f"{WORD}p" and (text := words_in(element)):
            yield text


def words_in(element):
    return "".join(each.text or "" for each in element.iter(f"{WORD}t"))


def json_lines(content):
    return json.dumps(json.loads(content), ensure_ascii=False, indent=0).splitlines()


def csv_lines(content):
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [" | ".join(row) for row in rows]


def text_lines(content):
    return content.decode().splitlines()


def size_line(content):
    """A file that cannot be read here, such as an archive."""
    return [f"{len(content)} bytes"]


# {media type: (what a reader calls such answers, how they are read)}
READERS = {
    XLSX: ("workbooks (.xlsx)", workbook_lines),
    DOCX: ("documents (.docx)", document_lines),
    "application/json": ("other JSON", json_lines),
    "text/csv": ("tables (.csv)", csv_lines),
    "text/plain": ("texts", text_lines),
}
