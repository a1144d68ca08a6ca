"""What a bureau asks in one round beside the sections of every survey: as one more section, made for that round.

Form, sheet, checks and papers take it as any other section. Each answer that is a number is a measure of that round,
known by the item's code; a choice is one measure a word. What they are counted from is said here, not by an aggregate.
"""

import re

from surveys.measures import Measure, Source
from surveys.models.extra import Extra, ExtraRecord
from surveys.sections import Column, Section, all_sections

NAME, LABEL = "extras", "本期补充"
CODE = re.compile(
    r"(?<![A-Za-z0-9_])q_\d+(?:_\d+)?(?![A-Za-z0-9_])"
)  # how formulas call an item, or one word of a choice
YES_NO = "是否"


def sections_of(round):
    """本期补充 as this round asks it; () where it asks nothing of its own. One query, none for such a round."""
    return (section_of(round.own_items),) if round.own_items else ()


def extras_of(round):
    """The round's items in the order of the form: by subject, own ones last; each says whether it is `fresh`."""
    if not round.asks_extras:
        return []
    return in_order(round.extras.with_fresh())


def in_order(extras):
    """By subject as the survey has them, items without one last."""
    order = [section.name for section in all_sections()]
    return sorted(
        extras, key=lambda each: order.index(each.section) if each.section else len(order)
    )


def section_of(extras):
    """One section whose columns are these items."""
    labels = {section.name: section.label for section in all_sections()}
    columns, before = [], None
    for each in extras:
        heading = labels.get(each.section, LABEL)
        group = heading if heading != before and not each.retired_at else ""
        before = heading if not each.retired_at else before
        about = {
            "required": each.required,
            "group": group,
            "retired": bool(each.retired_at),
            "fresh": each.fresh,
        }
        columns.append(Column(each.column, **about))
    measures = tuple(
        measure for each in extras if not each.retired_at for measure in measures_of(each)
    )
    return Section(
        name=NAME,
        label=LABEL,
        model=ExtraRecord,
        sheet_names=(LABEL, "补充项", "补充调查"),
        columns=(*columns, Column("note", asked=False, fresh=True)),
        fields={each.column: each.field() for each in extras},
        measures=(Source(ExtraRecord.objects.all, measures),) if measures else (),
    )


def own_measures(round):
    """The measures of what this round asks of its own, in the order of the form."""
    return [
        measure for each in round.own_items if not each.retired_at for measure in measures_of(each)
    ]


def own_by_round(rounds):
    """{round pk: its own measures} of several rounds; one query, none where no round asks anything of its own."""
    asking = [round.pk for round in rounds if round.asks_extras]
    found = {round.pk: [] for round in rounds}
    for each in in_order(Extra.objects.asked().filter(round__in=asking)) if asking else ():
        found[each.round_id] += measures_of(each)
    return found


def measures_of(extra):
    """What its answers are counted into: nothing for words and dates."""
    if extra.is_number:
        return [
            Measure(extra.code, extra.label, extra.unit, None, "mean" if extra.is_share else "sum")
        ]
    if extra.kind == Extra.Kind.YES_NO:
        return [Measure(extra.code, extra.label, YES_NO, None)]
    if extra.kind == Extra.Kind.CHOICE:
        return [
            Measure(f"{extra.code}_{number}", f"{extra.label}：{word}", YES_NO, None)
            for number, word in enumerate(extra.words, 1)
        ]
    return []


def numbers(extra, value):
    """{measure: number} of one answer: 1 and 0 for yes and no and for each word of a choice, None without an answer."""
    names = [measure.name for measure in measures_of(extra)]
    if value is None:
        return dict.fromkeys(names)
    if extra.kind == Extra.Kind.CHOICE:
        return {name: float(number == value) for number, name in enumerate(names, 1)}
    return {name: float(value) for name in names}
