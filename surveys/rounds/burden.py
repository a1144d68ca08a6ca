"""How much a round asks of a community: fields, those filled in already, those asked twice."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db.models import Count, Q

from communities.models import Level
from surveys.extras import LABEL, NAME, asked_own_items, round_sections
from surveys.models import Status
from surveys.reading.labels import labels_of, loose_label, normal_label

DONE = (Status.SUBMITTED, Status.APPROVED)
ALIKE = 0.75  # of two labels without their fillers: 网格员数 and 专职网格员 are


@dataclass
class AskedTwice:
    """An item that seems to be asked elsewhere: under which label, in which section."""

    extra: object
    label: str
    where: str


@dataclass
class Burden:
    """How many `fields` a community is asked, `own` of them this round's items.

    `carried` fields come filled in where `known` of `units` communities have an earlier filing.
    `handed_in` communities have handed in already: what is asked now they cannot answer.
    """

    fields: int = 0
    own: int = 0
    carried: int = 0
    units: int = 0
    known: int = 0
    handed_in: int = 0
    twice: list[AskedTwice] = field(default_factory=list)

    @property
    def share(self):
        """The share of all cells that nobody has to type: 0 to 1; None where nothing is asked."""
        asked = self.fields * self.units
        if asked:
            return self.carried * self.known / asked
        return None


def round_burden(round):
    """The burden of a round; one query."""
    sections = []
    for section in round_sections(round):
        if Level.COMMUNITY in section.levels:
            sections.append(section)
    counts = {}
    for section in sections:
        counts[section.name] = sum(column.asked for column in section.own_columns)
    own = asked_own_items(round)
    handed_in = Count("pk", filter=Q(status__in=DONE))
    communities = round.filings.asked().communities()
    counted = communities.aggregate(units=Count("pk"), known=Count("previous"), handed_in=handed_in)
    return Burden(
        fields=sum(counts.values()),
        own=len(own),
        carried=count_carried(round, counts, own),
        twice=items_asked_twice(own, sections),
        **counted,
    )


def count_carried(round, counts, own):
    """How many fields a round carries on: of whole sections, and of own items asked before."""
    carried = 0
    for name, count in counts.items():
        if name in round.carried and name != NAME:
            carried += count
    if NAME in round.carried:
        carried += sum(not extra.fresh for extra in own)
    return carried


def items_asked_twice(extras, sections):
    """Items whose label says much what a column of another section says, or an item before."""
    known = labels_asked_already(sections)
    found = []
    for extra in extras:
        own = loose_label(normal_label(extra.label))
        for near in get_close_matches(own, known, n=1, cutoff=ALIKE):
            label, where = known[near]
            found.append(AskedTwice(extra, label, where))
        known.setdefault(own, (extra.label, LABEL))
    return found


def labels_asked_already(sections):
    """{loose label: (label, its section)} of all columns; of equal labels the first stands."""
    known = {}
    for section in sections:
        if section.name == NAME:
            continue
        for column in section.own_columns:
            for label in labels_of(section, column):
                known.setdefault(loose_label(normal_label(label)), (label, section.label))
    return known
