"""Measures and standards to tick on a page, by section and by topic."""

from typing import NamedTuple

from reports.engine.measures import STRUCTURE
from reports.measure_columns import STAGE
from reports.models.standard import Topic
from surveys.extras import LABEL
from surveys.sections import all_sections


class TickBox(NamedTuple):
    """One measure or standard, by the name its box sends."""

    name: str
    label: str
    unit: str
    is_chosen: bool


def measures_by_section(chosen, own=()):
    """Yields (section, its measures as TickBoxes).

    `own` are those of what a round asks of its own.
    """
    yield "单位", measure_boxes(STRUCTURE.measures, chosen)
    for section in all_sections():
        measures = []
        for source in section.measures:
            measures += source.measures
        yield section.label, measure_boxes(measures, chosen)
    if own:
        yield LABEL, measure_boxes(own, chosen)


def measure_boxes(measures, chosen):
    boxes = []
    for measure in measures:
        unit = "" if measure.unit == STAGE else measure.unit
        is_chosen = measure.name in chosen
        boxes.append(TickBox(measure.name, measure.label, unit, is_chosen))
    return boxes


def standards_by_topic(standards, chosen):
    """Yields (topic, its standards as TickBoxes), known by their codes.

    Topics without standards are left out.
    """
    for topic in Topic:
        boxes = []
        for standard in standards:
            if standard.topic == topic:
                is_chosen = standard.code in chosen
                boxes.append(TickBox(standard.code, standard.name, "", is_chosen))
        if boxes:
            yield topic.label, boxes
