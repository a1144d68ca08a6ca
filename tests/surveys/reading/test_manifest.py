"""Every trap of the demo city's two workbooks: the value read is the true one, or a finding names the cell."""

import json
import re

import pytest

from surveys.reading import read_survey
from surveys.reading.workbook import cell_address, cell_position
from tests.demo_figures import DECISIONS
from tests.surveys.reading.conftest import DATA, found, records

PASSED_OVER = {"title", "header", "units", "note", "subtotal", "total", "formula"}
NAMES = {"name-variant", "unknown-unit", "code-number", "code-lost", "merged-down"}
COLUMNS = {
    "社区基本情况": {
        **dict(
            zip(
                "EFGHIJ",
                ("households", "residents", "men", "women", "floating", "aged_60"),
                strict=True,
            )
        ),
        "K": "low_income",
        "L": "grids",
    },
    "党组织情况": {
        "D": "covers",
        "F": "founded_on",
        "G": "secretary",
        "H": "groups",
        "I": "members",
    },
    "工作人员花名册": dict(
        zip(
            "DEFGHIJKL",
            ("name", "sex", "born", "education", "politics", "employment", "post", "since", "pay"),
            strict=True,
        )
    ),
    "办公用房及设备": {
        **dict(zip("DEFG", ("area", "tenure", "condition", "rent"), strict=True)),
        **dict(
            zip(
                "HIJKLM",
                ("phones", "televisions", "cabinets", "desks", "computers", "wall_rules"),
                strict=True,
            )
        ),
        "N": "service_centre",
        "O": "police_room",
    },
    "经费情况": {"D": "budgeted", "E": "received", "F": "received_share"},
}


class Walk:
    """A reading, looked up by the cells of its workbook."""

    def __init__(self, reading, round):
        self.findings = found(reading)
        self.filings = {filing.pk: filing for filing in round.filings.select_related("street")}
        self.sheets = [sheet.name for sheet in reading.sheets]
        self.rows = {}
        for incoming in reading.incoming.values():
            for row, place in zip(incoming.rows, incoming.places, strict=True):
                record = dict(zip(("filing", *incoming.names), row, strict=True))
                if "category" in record:
                    record[record["category"]] = record["stage"]
                self.rows.setdefault(place, {}).update(record)
        self.copies = {
            place: self.original(place, reason)
            for place, reason in self.findings.items()
            if "完全相同" in reason
        }
        self.words = self.choice_labels(reading)

    def original(self, place, reason):
        """The row of which a dropped one is a copy."""
        return self.rows[place.split("!")[0], int(re.search(r"第 (\d+) 行", reason)[1])]

    def choice_labels(self, reading):
        fields = [(i.section, name) for i in reading.incoming.values() for name in i.names]
        return {
            name: dict(s.field(name).choices)
            for s, name in fields
            if getattr(s.field(name), "choices", None)
        }

    def holds(self, trap):
        sheet, cell, kind, _, true, _ = trap
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
        record = self.rows.get((sheet, int(row)))
        copied = next(
            (r for place, r in self.copies.items() if re.fullmatch(rf"{sheet}![A-Z]+{row}", place)),
            None,
        )
        if kind in PASSED_OVER:
            return record is None
        if kind == "hidden-sheet":
            return sheet not in self.sheets
        if kind == "duplicate":
            return record is None and copied is not None
        if f"{sheet}!{cell}" in self.findings:
            return True
        if kind in NAMES or (sheet, column) == ("工作人员花名册", "C"):
            return self.names_unit(record or copied, kind, true)
        record = record or copied
        return record is not None and self.equals(COLUMNS[sheet][column], record, true)

    def names_unit(self, record, kind, true):
        filing = self.filings[record["filing"]]
        if kind == "merged-down":
            return filing.street is not None
        if kind.startswith("code"):
            return filing.code == true
        return filing.level == 4 if true == "" else filing.name == true

    def equals(self, name, record, true):
        if name == "received_share":
            return abs(float(record["received"] / record["budgeted"] * 100) - true) <= 0.1
        value = record.get(name)
        if name == "covers":
            return "、".join(self.filings[pk].name for pk in value) == true
        if name in ("founded_on", "born", "since"):
            return bool(value) and str(true).startswith(value)
        if name in ("rent", "service_centre", "police_room") and true is None:
            return value in (0, None, "", "none")
        return self.words.get(name, {}).get(value, value) == true


@pytest.mark.parametrize("number", [1, 2])
def test_every_trap_is_read_truly_or_named(city_round, number):
    traps = json.loads((DATA / f"survey_2022_29_messy_{number}.manifest.json").read_text())["traps"]
    reading = read_survey(
        DATA / f"survey_2022_29_messy_{number}.xlsx", round=city_round, decisions=DECISIONS
    )
    walk = Walk(reading, city_round)
    assert len(traps) > 630
    assert [trap for trap in traps if not walk.holds(trap)] == []
    assert reading.undecided == []


@pytest.mark.parametrize("number", [1, 2])
def test_figures_of_the_report_come_out(city_round, number):
    reading = read_survey(
        DATA / f"survey_2022_29_messy_{number}.xlsx", round=city_round, decisions=DECISIONS
    )
    profiles, party, workers = (records(reading, name) for name in ("profile", "party", "workers"))
    assert (len(profiles), sum(r["households"] for r in profiles)) == (29, 43046)
    assert sum(r["residents"] for r in profiles) == 159720
    assert (len(party), sum(r["members"] for r in party), sum(r["groups"] for r in party)) == (
        15,
        1046,
        58,
    )
    communities = set(city_round.filings.filter(level=5).values_list("pk", flat=True))
    assert {pk for r in party for pk in r["covers"]} == communities
    established = [r for r in workers if r["employment"] == "established"]
    assert (len(established), len([r for r in established if r["filing"] in communities])) == (
        126,
        28,
    )
    temporary = [r for r in workers if r["employment"] == "temporary"]
    assert (len(temporary), len([r for r in temporary if not r["pay"]])) == (32, 10)
    assert sum(r["budgeted"] for r in records(reading, "funds")) == 580000


def test_row_22_waits_for_a_decision_with_both_candidates(city_round):
    reading = read_survey(DATA / "survey_2022_29_messy_1.xlsx", round=city_round)
    [finding] = reading.undecided
    assert (finding.place, finding.value) == ("社区基本情况!C22", "学府社区")
    assert "130983003022 是春蕾社区" in finding.reason
    assert len(reading.incoming["profile"].rows) == 28


@pytest.mark.parametrize(
    "copy", ["survey_2022_29_messy_1_libreoffice.xlsx", "survey_2022_29_messy_1.xls"]
)
def test_a_workbook_saved_again_reads_the_same(city_round, copy):
    first = read_survey(DATA / "survey_2022_29_messy_1.xlsx", round=city_round, decisions=DECISIONS)
    again = read_survey(DATA / copy, round=city_round, decisions=DECISIONS)
    assert {n: (i.names, i.rows) for n, i in again.incoming.items()} == {
        n: (i.names, i.rows) for n, i in first.incoming.items()
    }


def test_cells_are_split_as_excel_names_them():
    places = {"A1": (0, 0), "K4": (3, 10), "AA10": (9, 26)}
    assert {cell: cell_position(cell) for cell in places} == places
    assert {cell_address(*place): place for place in places.values()} == places
