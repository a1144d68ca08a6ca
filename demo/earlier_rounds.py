"""Rounds before a city's first workbook, made up from that workbook and gone through as any round is.

Each is opened with what the one before knew, filled in from a workbook of its own, handed in by the clerks, approved by
the bureau and closed. A few communities never hand in.
"""

from collections import defaultdict
from io import BytesIO
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Level
from demo.past import a_year_before, off
from demo.workbook import write_workbook
from surveys.actions import import_workbook, open_round, read_workbook
from surveys.actions.handing_in import hand_in
from surveys.actions.messages import clerks_in, clerks_of, read
from surveys.actions.reviewing import approve_several
from surveys.actions.rounds import close
from surveys.extras import round_sections
from surveys.management.arguments import day_of, end_of
from surveys.models import Message
from surveys.workbook.places import reporting_units
from surveys.workbook.rows import sheet_rows
from surveys.workbook.sheet import KEYS
from surveys.worklist.records import fetch_records

SILENT = 2  # communities that do not hand in
LEAP = ("130983003024", "floating", 0.35)
REASON = "与上年数据核对无误"


@transaction.atomic
def make_earlier_rounds(*, unit, periods, workbook, decisions, reviewer):
    """One closed round of `unit` for each of `periods`, earliest first; the last is a year before `workbook` (bytes).

    `reviewer` approves; whoever fills in for a place hands in for it. All of it, or nothing. Returns the rounds.
    """
    rounds, surveys = [], {}
    for period in periods:
        round = open_round(unit=unit, period=period, due_at=end_of(day_of(f"{period}-12-31")))
        surveys = surveys or years_before(periods, told(round, workbook, decisions))
        fill_in(round, surveys[period])
        hand_in_all(round, reviewer)
        close(round=round, by=reviewer)
        rounds.append(round)
    for clerk in clerks_in(unit):
        read(messages=Message.objects.filter(round__in=rounds), by=clerk)
    return rounds


def told(round, workbook, decisions):
    """What a workbook says: {section: {code: [{field: value}, …]}}."""
    about = {
        "round": round,
        "unit": round.unit,
        "name": "demo.xlsx",
        "content": workbook,
        "decisions": decisions,
    }
    known, found = {place.filing: place for place in reporting_units(round, round.unit)}, {}
    for incoming in read_workbook(**about).incoming.values():
        records = found[incoming.section.name] = defaultdict(list)
        for filing, *values in incoming.rows:
            record = dict(zip(incoming.names, values, strict=True))
            if covers := record.get(incoming.section.covers):
                record["covers"] = "、".join(known[covered].name for covered in covers)
            records[known[filing].code].append(record)
    return found


def years_before(periods, survey):
    """{period: survey}, each a year before the one after it; made-up figures, the same every time."""
    survey, found = without_leap(survey), {}
    for period in reversed(periods):
        found[period] = survey = a_year_before(survey, Random(period))
    return found


def without_leap(survey):
    """The latest workbook alone counts so many people there as floating: no year before comes near it."""
    code, name, share = LEAP
    record = survey["profile"][code][0]
    return survey | {
        "profile": survey["profile"] | {code: [record | {name: off(record[name], share)}]}
    }


def fill_in(round, survey):
    """A workbook of all who hand in, taken in as it would be from the web."""
    inside = reporting_units(round, round.unit)
    silent = Random(round.period).sample(
        [each for each in inside if each.level == Level.COMMUNITY], SILENT
    )
    reporting, file = [each for each in inside if each not in silent], BytesIO()
    asked = [section for section in round_sections(round) if section.name in survey]
    write_workbook(
        file, {section.label: sheet(section, survey[section.name], reporting) for section in asked}
    )
    about = {
        "round": round,
        "unit": round.unit,
        "name": f"{round.title}.xlsx",
        "content": file.getvalue(),
    }
    import_workbook(**about, reading=read_workbook(**about))


def sheet(section, records, reporting):
    """The head of our own template, and a line for each record."""
    labels = [str(section.field(column.name).verbose_name) for column in section.own_columns]
    of = {place.filing: records.get(place.code) for place in reporting}
    rows = sheet_rows(section, reporting, of, show_personal=True)
    return [
        [*KEYS, *labels],
        *([place.code, place.street, place.name, *values] for place, values in rows),
    ]


def hand_in_all(round, reviewer):
    """Everybody who has something to hand in does, and the bureau approves it."""
    filings = list(round.filings.asked().exclude(saved_at=None).select_related("round"))
    clerks = clerks_of(filings)
    records = fetch_records(round, filings)
    for filing in filings:
        clerk = clerks[filing.pk][0]
        given = {"filing": filing, "version": filing.version, "by": clerk}
        if found := hand_in(**given, records=records):
            raise ValidationError(
                [f"{filing.name} {stop.place}：{stop.sentence}" for stop in found]
            )
    versions = {filing.pk: filing.version for filing in filings}
    if refused := approve_several(filings=filings, versions=versions, by=reviewer, reason=REASON)[
        1
    ]:
        raise ValidationError(refused)
