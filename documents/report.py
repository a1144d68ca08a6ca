"""A report written: a template filled from the context, its charts drawn, its figures known by their places."""

import re
from datetime import datetime
from io import BytesIO

from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from documents.annex import add_annex
from documents.builder import shipped_template
from documents.context import ReportContext
from documents.finishing import finish_document
from documents.models import ReportTemplate, Shape
from documents.native_charts import chart_drawing
from documents.package import repack_package
from documents.report_figure import figure_keys, without_marks
from documents.template_filters import template_environment
from reports.engine.scope import APPROVED

CHART = re.compile("\ue003(.+?)\ue004")
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the same bytes for the same numbers


class Report:
    """One report of one upper filing in one shape, by the template of its own area if there is one."""

    def __init__(self, filing, *, shape="survey", approved=False):
        self.context = ReportContext(filing, approved=approved)
        self.shape = shape
        own = ReportTemplate.objects.nearest(filing, shape)
        self.template_name = own.name if own else ""
        filled = DocxTemplate(BytesIO(own.read() if own else shipped_template(shape)))
        filled.render(self.context.names, template_environment(), autoescape=True)
        self.document = filled.docx
        self.title = self.first_line()
        self.used, self.told = self.figures_used(), self.figures_told()

    def first_line(self):
        """The title: the first line of the document, as a person reads it."""
        for paragraph in self.document.paragraphs:
            if paragraph.text:
                return without_marks(paragraph.text).replace("\n", "")
        return ""

    @property
    def title_word(self):
        """What the report is called as a kind of document."""
        return Shape(self.shape).label

    def figures_used(self):
        """The figures of text, tables and charts, each once, in the order of the document."""
        text = "".join(node.text or "" for node in self.texts())
        keys = figure_keys(text)
        for name in CHART.findall(text):
            keys += [figure.key for figure in self.context.charts[name].figures]
        return self.figures_of(keys)

    def figures_told(self):
        """The figures of the running text, without the cells of tables."""
        text = "".join(paragraph.text for paragraph in self.document.paragraphs)
        return self.figures_of(figure_keys(text))

    def figures_of(self, keys):
        """The figures with these keys, each once."""
        return [self.context.figures[key] for key in dict.fromkeys(keys)]

    def address(self, figure):
        """Where the rows of a figure are, in the scope of the report."""
        if not figure.href or not self.context.approved:
            return figure.href
        joint = "&" if "?" in figure.href else "?"
        return f"{figure.href}{joint}{APPROVED}"

    def stored(self, figure):
        """A figure as it is kept with an issued report."""
        names = ("key", "label", "value", "words", "definition", "query", "counted", "missing")
        kept = {name: getattr(figure, name) for name in names}
        kept["href"] = self.address(figure)
        return kept

    def texts(self):
        """Every text of the body, then those of headers, footers and notes."""
        found = list(self.document.element.body.iter(qn("w:t")))
        for part in self.document.part.package.iter_parts():
            if part is not self.document.part and hasattr(part, "element"):
                found += part.element.iter(qn("w:t"))
        return found

    def file(self):
        """The .docx: marks out, charts in, the annex at the end.

        Call it once, last: the marks are gone for good.
        """
        self.draw()
        for node in self.texts():
            node.text = without_marks(node.text or "")
        self.clear_footnotes()
        finish_document(self.document)
        add_annex(self.document, self.told, self.context)
        self.describe()
        out = BytesIO()
        self.document.save(out)
        return repack_package(out.getvalue())

    def clear_footnotes(self):
        """Take the marks out of footnotes, which python-docx keeps as bytes."""
        for part in self.document.part.package.iter_parts():
            is_notes = str(part.content_type).endswith("footnotes+xml")
            if is_notes and not hasattr(part, "element"):
                part._blob = without_marks(part.blob.decode()).encode()

    def draw(self):
        """Put each chart in its place."""
        places = [node for node in self.texts() if CHART.search(node.text or "")]
        for number, node in enumerate(places, start=1):
            name = CHART.search(node.text)[1]
            drawing = chart_drawing(self.document, self.context.charts[name], number)
            node.getparent().replace(node, drawing)

    def describe(self):
        """Write the properties of the document: nothing that changes from day to day."""
        properties = self.document.core_properties
        properties.title, properties.author = self.title, self.context.filing.name
        properties.created = properties.modified = EPOCH
        properties.last_modified_by, properties.revision = "", 1
        for name in ("comments", "subject", "identifier"):
            setattr(properties, name, without_marks(getattr(properties, name)))
