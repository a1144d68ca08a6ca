"""Which standards stand in the columns, and what the page says about each."""

from dataclasses import dataclass
from functools import cached_property

from communities.models import Level
from reports.engine.compliance import standards_judged_at
from reports.matrix.forms import MatrixFilter

TOTAL = "total"  # sorted by all columns together


@dataclass
class Columns:
    """The standards an area is shown against, as the filter asks for them."""

    standards: list
    form: MatrixFilter

    @cached_property
    def judged(self):
        return standards_judged_at(Level.COMMUNITY, self.standards)

    @cached_property
    def single(self):
        """The one standard chosen, or None."""
        return self.named(self.form.value("show"))

    @cached_property
    def by(self):
        """The standard the rows are sorted by, or None."""
        return self.named(self.form.value("by")) or (None if self.by_total else self.single)

    @property
    def by_total(self):
        return self.form.value("by") == TOTAL

    def named(self, code):
        return next((standard for standard in self.judged if standard.code == code), None)

    def family(self, chosen):
        """The chosen standards with the parts they are judged by."""
        keys = {standard.pk for standard in chosen}
        return [s for s in self.judged if s.pk in keys or s.parent_id in keys]

    @cached_property
    def shown(self):
        """One standard with its parts; else those of a topic or force, or all that can be met as wholes."""
        if self.single:
            return self.family([self.single])
        whole = {standard.pk for standard in self.judged}
        asked = {"topic": self.form.value("show"), "force": self.form.value("force")}
        shown = [s for s in self.judged if s.parent_id not in whole and not s.observed_only]
        return [
            s
            for s in shown
            if all(getattr(s, name) == value for name, value in asked.items() if value)
        ]
