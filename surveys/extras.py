"""What a bureau asks in one round beside the sections of every survey: as one more section, made for that round.

Form, sheet, checks and papers take it as any other section. Its answers are counted into measures by slot: what a slot
means only the round's own items say.
"""

from django.db.models import Case, F, FloatField, Max, Value, When
from django.db.models.functions import Cast, Coalesce

from surveys.measures import Measure, Source
from surveys.models.extra import SLOTS, Extra, ExtraRecord
from surveys.sections import Column, Section, all_sections

NAME, LABEL = "extras", "本期补充"


def sections_of(round):
    """本期补充 as this round asks it; () where it asks nothing of its own. One query, none for such a round."""
    extras = extras_of(round)
    return (section_of(extras),) if extras else ()


def extras_of(round):
    """The round's items in the order of the form: by subject, own ones last."""
    if not round.asks_extras:
        return []
    order = [section.name for section in all_sections()]
    return sorted(round.extras.all(), key=lambda each: order.index(each.section) if each.section else len(order))


def section_of(extras):
    """One section whose columns are these items."""
    labels = {section.name: section.label for section in all_sections()}
    columns, before = [], None
    for each in extras:
        heading = labels.get(each.section, LABEL)
        group = heading if heading != before and not each.retired_at else ""
        before = heading if not each.retired_at else before
        columns.append(Column(each.column, required=each.required, group=group, retired=bool(each.retired_at)))
    return Section(
        name=NAME,
        label=LABEL,
        model=ExtraRecord,
        sheet_names=(LABEL, "补充项", "补充调查"),
        columns=(*columns, Column("note", asked=False)),
        fields={each.column: each.field() for each in extras},
    )


def records():
    return ExtraRecord.objects.all()


def answer(slot):
    """The number in a slot: what was counted, which word was chosen (from 1), 1 and 0 for yes and no."""
    flag = Case(
        When(**{f"flag_{slot}": True}, then=Value(1.0)),
        When(**{f"flag_{slot}": False}, then=Value(0.0)),
        output_field=FloatField(),
    )
    return Max(Coalesce(*(Cast(F(f"{stem}_{slot}"), FloatField()) for stem in ("count", "amount")), flag))


SLOT_MEASURES = Source(records, tuple(Measure(f"extra_{slot}", f"{LABEL} {slot}", "", answer(slot)) for slot in SLOTS))

__all__ = ["LABEL", "NAME", "SLOT_MEASURES", "Extra", "extras_of", "section_of", "sections_of"]
