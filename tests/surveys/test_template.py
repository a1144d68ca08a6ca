"""The workbook out: what a clerk finds in it, and what it refuses to let go wrong."""

import io
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from accounts.models import AuditEntry
from communities.models import Level, Unit
from party.models import Coverage
from surveys.models import Round, Status
from surveys.sections import all_sections, section_named
from surveys.workbook import (
    COVER,
    LISTS,
    Marker,
    find_marker,
    is_ours,
    mask_number,
    same_masked,
)
from surveys.workbook.write import write_workbook
from tests.factories import (
    EquipmentFactory,
    FundLineFactory,
    InstitutionFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    UnitFactory,
    WorkerFactory,
    stand,
)
from tests.surveys.office import needs_libreoffice, saved_again

KEYS = ["区划代码", "街道", "单位（社区）"]
STRANGE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\t=1",
    "#N/A",
    "001",
    "1e5",
    "TRUE",
    "a\nb",
]


def written(round, unit, **options):
    """The workbook as bytes."""
    file = io.BytesIO()
    write_workbook(round=round, unit=unit, file=file, **options)
    return file


def opened(round, unit, **options):
    return load_workbook(written(round, unit, **options))


def lines(sheet):
    """All cells but the header's, as lists."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def line(sheet, number=3):
    """One line as {label: value}."""
    return {head.value: cell.value for head, cell in zip(sheet[1], sheet[number], strict=True)}


def rules(sheet):
    """{first cell of the range: the validation}."""
    return {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}


def words(book, source):
    """What a drop-down offers."""
    return [cell.value for (cell,) in book[LISTS][source.split("!")[1].replace("$", "")]]


def test_sheets_are_the_cover_the_sections_and_the_hidden_lists(round_2022, street_a):
    book = opened(round_2022, street_a)
    assert book.sheetnames == [COVER, *(section.label for section in all_sections()), LISTS]
    assert book[LISTS].sheet_state == "hidden"


def test_sections_chosen_are_the_only_ones(round_2022, street_a):
    book = opened(round_2022, street_a, sections=[section_named("funds"), section_named("profile")])
    assert book.sheetnames == [COVER, "经费", "基本情况", LISTS]


@pytest.mark.parametrize("section", all_sections(), ids=lambda section: section.name)
def test_header_is_the_labels_of_the_model_with_units_below(round_2022, street_a, section):
    sheet = opened(round_2022, street_a)[section.label]
    fields = [section.field(column.name) for column in section.own_columns]
    assert [cell.value for cell in sheet[1]] == KEYS + [str(field.verbose_name) for field in fields]
    assert [cell.value for cell in sheet[2]] == [None] * 3 + [
        getattr(field, "unit", "") or None for field in fields
    ]
    assert not sheet.merged_cells.ranges


def test_a_single_section_has_one_line_per_community(round_2022, county):
    rows = lines(opened(round_2022, county)["基本情况"])
    assert [row[:4] for row in rows] == [
        ["130983001016", "骅东街道", "育才社区", None],
        ["130983001017", "骅东街道", "东昊社区", None],
        ["130983002014", "骅中街道", "平安社区", None],
    ]


def test_a_community_gets_its_own_lines_only(round_2022, community_a):
    assert [row[2] for row in lines(opened(round_2022, community_a)["工作人员"])] == ["育才社区"]


def test_the_street_has_lines_of_its_own_where_the_section_says_so(round_2022, street_a):
    book = opened(round_2022, street_a)
    assert lines(book["工作人员"])[0][:3] == ["130983001000", "骅东街道", "骅东街道"]
    assert "骅东街道" not in [row[2] for row in lines(book["基本情况"])]


def test_stored_values_are_filled_in_as_words_numbers_and_texts(round_2022, filing_a, street_a):
    ProfileFactory(filing=filing_a, households=967, floating=0, area="1.25")
    WorkerFactory(
        filing=filing_a,
        name="徐敏",
        sex="female",
        born="1988-12",
        since="2004",
        pay=1200,
        concurrent=False,
    )
    book = opened(round_2022, street_a)
    profile, worker = line(book["基本情况"]), line(book["工作人员"], 4)
    assert (profile["总户数"], profile["流动人口"], profile["辖区面积"], profile["男"]) == (
        967,
        0,
        1.25,
        None,
    )
    assert [
        worker[label]
        for label in ("姓名", "性别", "出生年月", "任职时间", "月报酬", "交叉任职", "职务")
    ] == [*("徐敏", "女", "1988-12", "2004", 1200, "否", None)]


def test_covered_communities_are_listed_by_name(
    round_2022, filing_a, filing_b, neighbour_a, street_a
):
    branch = PartyOrganisationFactory(filing=filing_a, name="育才社区党支部")
    for filing in (filing_a, round_2022.filings.get(unit=neighbour_a), filing_b):
        Coverage.objects.create(organisation=branch, filing=filing)
    row = line(opened(round_2022, street_a)["党组织"], 4)
    assert row["覆盖社区"] == "育才社区、东昊社区、骅中街道平安社区"


@pytest.mark.parametrize("text", STRANGE)
def test_text_stays_text_whatever_it_begins_with(round_2022, filing_a, street_a, text):
    ProfileFactory(filing=filing_a, note=text)
    cell = opened(round_2022, street_a)["基本情况"]["Y3"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_control_characters_do_not_spoil_the_file(round_2022, filing_a, street_a):
    ProfileFactory(filing=filing_a, note="a\x0bb")
    assert opened(round_2022, street_a)["基本情况"]["Y3"].value == "ab"


def test_no_sheet_holds_a_formula(round_2022, filing_a, county):
    WorkerFactory(filing=filing_a, name="=HYPERLINK()")
    package = ZipFile(written(round_2022, county))
    assert not [
        name
        for name in package.namelist()
        if b"<f>" in package.read(name) or b"<f " in package.read(name)
    ]


def test_telephone_numbers_are_masked_unless_asked_for(round_2022, filing_a, street_a):
    WorkerFactory(filing=filing_a, phone="13912345678")
    assert line(opened(round_2022, street_a)["工作人员"], 4)["联系电话"] == "139****5678"
    whole = opened(round_2022, street_a, show_personal=True)
    assert line(whole["工作人员"], 4)["联系电话"] == "13912345678"


def test_a_mask_come_back_is_known_as_one():
    assert mask_number(mask_number("13912345678")) == "139****5678"
    assert same_masked("139****5678", "13912345678")
    assert not same_masked("13900000000", "13912345678")
    assert not same_masked("138****5678", "13912345678")
    assert not same_masked("139****5678", "")


def test_keys_are_locked_and_the_rest_is_open(round_2022, filing_a, street_a):
    sheet = opened(round_2022, street_a)["工作人员"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    guard = sheet.protection
    assert (guard.formatColumns, guard.autoFilter, guard.sort) == (False, False, False)
    assert [sheet[cell].protection.locked for cell in ("A3", "B3", "C3", "D1", "D2")] == [True] * 5
    assert not any(cell.protection.locked for cell in sheet[3][3:])


def test_a_roster_has_free_lines_below_and_a_single_section_has_none(round_2022, street_a):
    book = opened(round_2022, street_a)
    roster, single = book["工作人员"].column_dimensions, book["基本情况"].column_dimensions
    assert [roster[letter].protection.locked for letter in "ABCDP"] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert [single[letter].protection.locked for letter in "ABCD"] == [True] * 4


def test_new_lines_choose_among_the_units_of_one_street(round_2022, street_a):
    book = opened(round_2022, street_a)
    rule = rules(book["工作人员"])["C6"]
    assert str(rule.sqref) == "C6:C205"
    assert words(book, rule.formula1) == ["骅东街道", "育才社区", "东昊社区"]
    assert words(book, rules(book["办公用房"])["C5"].formula1) == ["育才社区", "东昊社区"]


def test_new_lines_choose_within_the_street_chosen_where_there_are_several(round_2022, county):
    book = opened(round_2022, county)
    rule = rules(book["办公用房"])["C6"].formula1
    names, streets = rule.split("MATCH($B6,")[0], rule.split("MATCH($B6,")[1].split(",")[0]
    assert words(book, streets) == ["骅东街道", "骅东街道", "骅中街道"]
    assert rule == f"{names}MATCH($B6,{streets},0)-1,0,COUNTIF({streets},$B6),1)"


def test_closed_lists_are_drop_downs_in_chinese(round_2022, street_a):
    book = opened(round_2022, street_a)
    sheet = rules(book["办公用房"])
    assert words(book, sheet["H3"].formula1) == ["自有", "租赁", "借用", "调剂", "共建", "无"]
    assert sheet["H3"].errorStyle == "stop"
    assert words(book, rules(book["机构"])["K3"].formula1) == ["是", "否"]


def test_a_number_out_of_bounds_is_warned_about_not_refused(round_2022, street_a):
    rule = rules(opened(round_2022, street_a)["基本情况"])["D3"]
    assert (rule.type, rule.formula1, rule.formula2, rule.errorStyle) == (
        "whole",
        "0",
        "200000",
        "warning",
    )
    assert rule.error == "总户数应在 0 到 200,000 户之间。"


def test_a_filing_that_was_submitted_is_left_out_and_named(round_2022, filing_a, street_a):
    stand(filing_a, Status.SUBMITTED)
    book = opened(round_2022, street_a)
    assert [row[2] for row in lines(book["设备"])] == ["东昊社区"]
    assert "育才社区（已报送或已审定，要改须先退回）" in [cell.value for cell in book[COVER]["B"]]


def test_workbook_of_units_that_all_handed_in_has_no_lines_and_says_why(round_2022, street_a):
    for filing in round_2022.filings.filter(path__startswith=street_a.path):
        stand(filing, Status.APPROVED)
    book = opened(round_2022, street_a)
    assert lines(book["基本情况"]) == lines(book["办公用房"]) == []
    named = "骅东街道、育才社区、东昊社区（已报送或已审定，要改须先退回）"
    assert named in [cell.value for cell in book[COVER]["B"]]


def test_the_cover_says_what_by_when_and_whom_to_ask(round_2022, street_a, district_reviewer):
    cover = opened(round_2022, street_a)[COVER]
    facts = {row[0].value: row[1].value for row in cover.iter_rows(min_row=3, max_row=8)}
    assert facts["填报期"] == round_2022.title
    assert facts["填报范围"] == "骅东街道"
    assert facts["截止时间"] == "2022年12月31日 18:00"
    assert facts["有疑问请问"] == "黄骅审核员（黄骅市）"


def test_our_own_template_is_recognised(round_2022, street_a):
    book = opened(round_2022, street_a)
    sheets = {sheet.title: sheet.iter_rows(values_only=True) for sheet in book}
    assert find_marker(sheets) == Marker(1, "2022", "130983001000")
    assert not is_ours({"Sheet1": [["区划代码", "版式标记"]]})


def test_sheets_print_on_a4_landscape_with_their_header(round_2022, street_a):
    sheet = opened(round_2022, street_a)["基本情况"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.freeze_panes == "D3"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_names_that_shorten_alike_are_written_in_full(round_2022, street_a):
    for number, kind in enumerate(("村民委员会", "居民委员会")):
        unit = UnitFactory(name=f"黄村{kind}", parent=street_a, code=f"13098300120{number}")
        round_2022.filings.create(
            unit=unit,
            name=unit.name,
            code=unit.code,
            level=5,
            kind="village",
            path=unit.path,
            street=street_a,
        )
    names = [row[2] for row in lines(opened(round_2022, street_a)["设备"])]
    assert names == ["育才社区", "东昊社区", "黄村村民委员会", "黄村居民委员会"]


def fill(filing):
    """Something in every section of a community."""
    ProfileFactory(filing=filing, households=900)
    branch = PartyOrganisationFactory(filing=filing)
    Coverage.objects.create(organisation=branch, filing=filing)
    for factory in (
        WorkerFactory,
        InstitutionFactory,
        PremisesFactory,
        EquipmentFactory,
        FundLineFactory,
    ):
        factory(filing=filing)


@pytest.mark.parametrize(
    "code", ["130983001016", "130983000000"], ids=["1 community", "3 communities"]
)
def test_queries_do_not_grow_with_communities(round_2022, code, django_assert_num_queries):
    for filing in round_2022.filings.filter(level=Level.COMMUNITY):
        fill(filing)
    survey, unit = Round.objects.select_related("unit").get(), Unit.objects.by_code(code)
    with django_assert_num_queries(11):
        written(survey, unit)


def run(file, *, unit="130983001", round="2022", **options):
    call_command("survey_template", round=round, unit=unit, output=str(file), **options)


def test_the_command_writes_the_file_and_leaves_a_line(round_2022, tmp_path, capsys):
    run(tmp_path / "a.xlsx")
    assert capsys.readouterr().out == f"已写出 骅东街道 {round_2022.title}：{tmp_path}/a.xlsx\n"
    assert load_workbook(tmp_path / "a.xlsx").sheetnames[0] == COVER
    entry = AuditEntry.objects.get(verb="导出填报工作簿")
    assert (entry.verb, entry.what) == ("导出填报工作簿", f"骅东街道 {round_2022.title}")


def test_the_command_says_that_whole_numbers_went_out(round_2022, tmp_path):
    run(tmp_path / "a.xlsx", show_personal=True)
    assert (
        AuditEntry.objects.get(verb="导出填报工作簿").what
        == f"骅东街道 {round_2022.title}（含完整电话）"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"unit": "130984"}, "130984"),
        ({"round": "2021"}, "2021"),
        ({"file": "no/a.xlsx"}, "no/a.xlsx 写不了"),
    ],
)
def test_the_command_says_what_is_wrong(round_2022, tmp_path, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(
            tmp_path / options.get("file", "a.xlsx"),
            **{key: value for key, value in options.items() if key != "file"},
        )
    assert not AuditEntry.objects.filter(verb="导出填报工作簿").exists()


@needs_libreoffice
def test_libreoffice_saves_it_again_unchanged(round_2022, filing_a, county, tmp_path):
    fill(filing_a)
    WorkerFactory(filing=filing_a, name="=1+1", born="2004-08", phone="13912345678")
    run(tmp_path / "a.xlsx", unit="130983")
    before, after = (
        load_workbook(tmp_path / "a.xlsx"),
        load_workbook(saved_again(tmp_path / "a.xlsx", tmp_path)),
    )
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        assert cells(after[sheet.title]) == cells(sheet)
    assert after[LISTS].sheet_state == "hidden"
    assert is_ours({sheet.title: sheet.iter_rows(values_only=True) for sheet in after})


def cells(sheet):
    """What every filled cell says, whether it is locked and how it is shown."""
    filled = (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return {
        cell.coordinate: (cell.value, cell.protection.locked, cell.number_format) for cell in filled
    }
