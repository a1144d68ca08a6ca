"""Measures and standards to tick on a page, by section and by topic."""

from reports.engine.measures import STRUCTURE
from reports.measure_columns import STAGE
from reports.models.standard import Topic
from surveys.extras import LABEL
from surveys.measures import MeasureSource
from surveys.sections import all_sections


def by_section(chosen, own=()):
    """[(section, [(name, label, unit, whether it is among the chosen)])] of all measures.

    `own` are those of what a round asks of its own.
    """
    sources = [
        ("单位", [STRUCTURE]),
        *((section.label, section.measures) for section in all_sections()),
    ]
    sources += [(LABEL, [MeasureSource(None, tuple(own))])] if own else []
    for label, declared in sources:
        measures = [measure for source in declared for measure in source.measures]
        yield (
            label,
            [
                (m.name, m.label, "" if m.unit == STAGE else m.unit, m.name in chosen)
                for m in measures
            ],
        )


def by_topic(standards, chosen):
    """The same of standards, known by their codes."""
    for topic in Topic:
        if mine := [s for s in standards if s.topic == topic]:
            yield topic.label, [(s.code, s.name, "", s.code in chosen) for s in mine]
