"""Models of governance matched by size: a large community is not held against a small one.

Within each class of households every model is averaged on its own; the classes in which all the
models have communities are put together with the same weights for all, the number of communities of
the class.
"""

from dataclasses import dataclass
from functools import cached_property

from communities.models import Governance, Level
from reports.comparison.groups import (
    CommunityGroup,
    joined_group,
    read_groups,
)
from reports.comparison.rates import key_measures
from reports.engine.area import Area
from reports.engine.compliance import standards_judged_at, without_parts
from reports.engine.size_classes import CLASS_UNKNOWN, SIZE_CLASSES

MATCHED, UNMATCHED = "", "none"


@dataclass
class ModelComparison:
    """The models of an area; `standards` are those that bind the round, parts after wholes.

    `match` is MATCHED, UNMATCHED, or the number of the one class that is compared.
    """

    area: Area
    standards: list
    match: str = MATCHED

    @cached_property
    def keys(self):
        """[(group, [Measure])] that are compared."""
        return list(key_measures(self.area.round))

    @cached_property
    def community_standards(self):
        """The standards judged on communities, with their parts."""
        return standards_judged_at(Level.COMMUNITY, self.standards)

    @cached_property
    def shown(self):
        """The standards that are compared, composites as wholes."""
        return without_parts(self.community_standards)

    @cached_property
    def groups(self):
        """{(model, class): CommunityGroup} of everything in the area, in two queries."""
        names = []
        for _, measures in self.keys:
            names += [measure.name for measure in measures]
        return read_groups(self.area.communities, names, self.shown, self.community_standards)

    @cached_property
    def models(self):
        """The models there are communities of, in their order."""
        present = set()
        for (model, _), group in self.groups.items():
            if group.number:
                present.add(model)
        return [model for model in Governance.values if model in present]

    @cached_property
    def common(self):
        """The classes in which every model has communities."""
        return [size for size in SIZE_CLASSES if not self.models_without(size)]

    @cached_property
    def classes(self):
        """The classes that are compared."""
        if self.match == UNMATCHED:
            return [*SIZE_CLASSES, CLASS_UNKNOWN]
        if self.match:
            return [int(self.match)]
        return self.common

    @property
    def can_compare(self):
        """Whether there are several models, and communities of each take part."""
        if len(self.models) < 2:
            return False
        return all(self.compared(model) for model in self.models)

    def group(self, model, size):
        """The CommunityGroup of a model in a class, without communities where there are none."""
        return self.groups.get((model, size)) or CommunityGroup()

    def number(self, model, size):
        """How many communities of a model are in a class."""
        return self.group(model, size).number

    def models_without(self, size):
        """The models that have no communities in a class."""
        return [model for model in self.models if not self.number(model, size)]

    def compared(self, model):
        """How many communities of a model take part."""
        return sum(self.number(model, size) for size in self.classes)

    def total(self, model):
        """How many communities of a model there are."""
        total = 0
        for (name, _), group in self.groups.items():
            if name == model:
                total += group.number
        return total

    @property
    def taking_part(self):
        """How many communities of all models take part."""
        return sum(self.compared(model) for model in self.models)

    def weighted(self, read):
        """[`read(CommunityGroup)` of each model] over the classes, weighted alike for all.

        A class in which one of the models does not know it is left out for all; None is unknown.
        Unmatched it is the plain mean.
        """
        if self.match == UNMATCHED:
            return [read(self.joined(model)) for model in self.models]
        sums, total = [0] * len(self.models), 0
        for size in self.classes:
            values = [read(self.group(model, size)) for model in self.models]
            if None in values:
                continue
            weight = sum(self.number(model, size) for model in self.models)
            total += weight
            for place, value in enumerate(values):
                sums[place] += value * weight
        if not total:
            return [None] * len(self.models)
        return [weighted / total for weighted in sums]

    def joined(self, model):
        """All communities of a model that take part as one CommunityGroup."""
        return joined_group(self.group(model, size) for size in self.classes)
