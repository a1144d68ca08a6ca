"""The sections of a round, and what a bureau asks in that round only: one more section,
made for it.

Form, sheet, checks and papers take it as any other section. Each answer that is a number is a
measure of that round, known by the item's code; a choice is one measure a word. What they are
counted from is said here, not by an aggregate.
"""

import re
from functools import wraps

from surveys.measures import Measure, MeasureSource
from surveys.models.extra import Extra, ExtraRecord
from surveys.sections import Column, Section, all_sections

NAME, LABEL = "extras", "本期补充"
# How formulas call an item, or one word of a choice: q_12, q_12_3.
CODE = re.compile(r"(?<![A-Za-z0-9_])q_\d+(?:_\d+)?(?![A-Za-z0-9_])")
YES_NO = "是否"


def once_per_round(read):
    """Keep what `read` returns on the round object asked about: asking again costs no query."""
    attribute = f"_{read.__name__}"

    @wraps(read)
    def kept_on_round(round):
        if attribute not in round.__dict__:
            round.__dict__[attribute] = read(round)
        return round.__dict__[attribute]

    return kept_on_round


@once_per_round
def round_sections(round) -> tuple[Section, ...]:
    """The sections a round asks, in order: those of every survey, last what the bureau adds.

    One query for a round with own items, none for any other.
    """
    chosen = all_sections()
    if round.section_names:
        chosen = [section for section in chosen if section.name in round.section_names]
    items = round_own_items(round)
    if items:
        return (*chosen, own_items_section(items))
    return tuple(chosen)


def round_section(round, name) -> Section:
    """The section of a round by its name; raises KeyError for a name no section of it bears."""
    for section in round_sections(round):
        if section.name == name:
            return section
    raise KeyError(name)


def round_levels(round) -> set[int]:
    """The levels of units that have something to report in a round."""
    levels = set()
    for section in round_sections(round):
        levels.update(section.levels)
    return levels


@once_per_round
def round_own_items(round) -> list[Extra]:
    """What the bureau asks in this round only, in the order of the form,
    withdrawn items among them.

    By subject, items without one last; each item says whether it is `fresh`.
    """
    if not round.asks_extras:
        return []
    return in_form_order(round.extras.with_fresh())


def asked_own_items(round) -> list[Extra]:
    """The own items of a round that are still to be filled in."""
    return [item for item in round_own_items(round) if not item.retired_at]


def in_form_order(items) -> list[Extra]:
    """Items by their subject as the survey has them, items without one last."""
    position = {section.name: at for at, section in enumerate(all_sections())}
    last = len(position)
    return sorted(items, key=lambda item: position[item.section] if item.section else last)


def own_items_section(items) -> Section:
    """One section whose columns are these items."""
    measures = []
    for item in items:
        if not item.retired_at:
            measures += answer_measures(item)
    source = MeasureSource(ExtraRecord.objects.all, tuple(measures))
    note = Column("note", asked=False, fresh=True)
    fields = {}
    for item in items:
        fields[item.column] = item.field()
    return Section(
        name=NAME,
        label=LABEL,
        model=ExtraRecord,
        sheet_names=(LABEL, "补充项", "补充调查"),
        columns=(*item_columns(items), note),
        fields=fields,
        measures=(source,) if measures else (),
    )


def item_columns(items) -> list[Column]:
    """A column for each item; the first of a subject bears the subject as heading,
    withdrawn items none.
    """
    labels = {section.name: section.label for section in all_sections()}
    columns, last_heading = [], None
    for item in items:
        group = ""
        if not item.retired_at:
            heading = labels.get(item.section, LABEL)
            group = heading if heading != last_heading else ""
            last_heading = heading
        columns.append(
            Column(
                item.column,
                required=item.required,
                group=group,
                retired=bool(item.retired_at),
                fresh=item.fresh,
            )
        )
    return columns


def own_measures(round) -> list[Measure]:
    """The measures of what this round asks of its own, in the order of the form."""
    measures = []
    for item in asked_own_items(round):
        measures += answer_measures(item)
    return measures


def own_measures_by_round(rounds) -> dict[int, list[Measure]]:
    """{round pk: its own measures} of several rounds; one query, none where none has own items."""
    measures = {round.pk: [] for round in rounds}
    asking = []
    for round in rounds:
        if round.asks_extras:
            asking.append(round.pk)
    if asking:
        for item in in_form_order(Extra.objects.asked().filter(round__in=asking)):
            measures[item.round_id] += answer_measures(item)
    return measures


def answer_measures(item) -> list[Measure]:
    """What the answers to an item are counted into: nothing for words and dates,
    one a word for a choice.
    """
    if item.is_number:
        rollup = "mean" if item.is_share else "sum"
        return [Measure(item.code, item.label, item.unit, None, rollup)]
    if item.kind == Extra.Kind.YES_NO:
        return [Measure(item.code, item.label, YES_NO, None)]
    if item.kind == Extra.Kind.CHOICE:
        measures = []
        for number, word in enumerate(item.words, 1):
            measures.append(Measure(f"{item.code}_{number}", f"{item.label}：{word}", YES_NO, None))
        return measures
    return []


def answer_numbers(item, value) -> dict[str, float | None]:
    """{measure: number} of one answer, each None without one.

    Yes and no, and whether a word of a choice was chosen, are 1 and 0.
    """
    names = [measure.name for measure in answer_measures(item)]
    if value is None:
        return dict.fromkeys(names)
    if item.kind == Extra.Kind.CHOICE:
        counts = {}
        for number, name in enumerate(names, 1):
            counts[name] = float(number == value)
        return counts
    return {name: float(value) for name in names}
