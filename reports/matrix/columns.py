"""Which standards stand in the columns, and what the page says about each."""

from dataclasses import dataclass
from functools import cached_property

from communities.models import Level
from reports.engine.compliance import standards_judged_at, with_parts, without_parts
from reports.matrix.forms import MatrixFilter

TOTAL = "total"  # sorted by all columns together


@dataclass
class MatrixColumns:
    """The standards an area is shown against, as the filter asks for them."""

    standards: list
    form: MatrixFilter

    @cached_property
    def judged(self):
        return standards_judged_at(Level.COMMUNITY, self.standards)

    @cached_property
    def single(self):
        """The one standard chosen, or None."""
        return self.standard_named(self.form.value("show"))

    @cached_property
    def by(self):
        """The standard the rows are sorted by, or None."""
        if chosen := self.standard_named(self.form.value("by")):
            return chosen
        if self.by_total:
            return None
        return self.single

    @property
    def by_total(self):
        return self.form.value("by") == TOTAL

    def standard_named(self, code):
        return next((standard for standard in self.judged if standard.code == code), None)

    def with_parts(self, chosen):
        """The chosen standards with the parts they are judged by."""
        return with_parts(chosen, self.judged)

    @cached_property
    def shown(self):
        """One standard with its parts; else those of a topic or force, or all wholes."""
        if self.single:
            return self.with_parts([self.single])
        shown = without_parts(self.judged)
        if topic := self.form.value("show"):
            shown = [standard for standard in shown if standard.topic == topic]
        if force := self.form.value("force"):
            shown = [standard for standard in shown if standard.force == force]
        return shown
