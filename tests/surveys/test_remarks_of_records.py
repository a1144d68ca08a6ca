"""A remark belongs to one record by its identity: through corrected keys, namesakes, uploads and their undoing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from staffing.models import Worker
from surveys.actions import apply_upload, open_round, undo_upload
from surveys.actions.handing_in import answer
from surveys.actions.saving import save_section
from surveys.entry.progress import progress_of_sections
from surveys.entry.section_state import SectionState
from surveys.entry.typed import TypedForm
from surveys.models import Filing, Remark
from surveys.paper import paper
from surveys.reading.result import Finding, FindingKind
from surveys.sections import section_named
from surveys.worklist.questions import open_questions_and_answers
from tests.factories import GridFactory, RemarkFactory, WorkerFactory, moment
from tests.surveys.readings import reading, upload_to

LONG = "网格员" * 20  # as long as a name may be


@pytest.fixture
def save(filing_a, clerk_a):
    """`save("grids", {("5", "name"): "甲"})`: what a clerk types into cells of the first community."""

    def typed(section, cells=(), deleted=()):
        section = section if not isinstance(section, str) else section_named(section)
        filing = Filing.objects.get(pk=filing_a.pk)
        stored = SectionState(section, filing)
        cells = dict(cells)
        was = {cell: stored.text(*cell) for cell in cells if cell[0] in stored.rows}
        changes = TypedForm(cells=cells, was=was, deleted=[*deleted])
        about = {"section": section, "version": filing.version, "by": clerk_a, "key": str(uuid4())}
        return save_section(filing=filing, changes=changes, **about)

    return typed


def applied(round, found):
    upload = upload_to(round)
    apply_upload(upload=upload, reading=found)
    return upload


def unreadable(filing, key, row, field="post", value="？", section="workers"):
    """What reading says of a cell it cannot read."""
    about = {"section": section, "sheet": "表", "cell": f"C{row}", "filing": filing.pk, "key": key}
    return Finding(FindingKind.CELL, "读不出", field=field, value=value, **about)


def pinned(filing, section="workers"):
    """{row of the paper: its remarks}, and those at no row."""
    sheet = next(each for each in paper(filing)[0] if each.name == section)
    rows = [[remark.text for cell in row for remark in cell.pins] for row in sheet.rows]
    return rows, [remark.text for remark in sheet.pins]


def test_keys_that_agree_in_120_characters_share_no_remark(filing_a, save):
    section = replace(section_named("workers"), key=("name", "post", "note"))
    same = {"filing": filing_a, "name": LONG, "post": LONG, "sex": ""}
    one = WorkerFactory(**same, born="1970", note="东片")
    other = WorkerFactory(**same, born="1980", note="西片")
    save(section, {(str(one.pk), "sex"): "不详"})
    stored = SectionState(section, filing_a)
    shown = [stored.text(str(each.pk), "sex") for each in (one, other)]
    assert shown == ["不详", ""]
    assert (
        stored.key(stored.rows[str(one.pk)])[:120] == stored.key(stored.rows[str(other.pk)])[:120]
    )


def test_namesakes_share_no_remark(filing_a):
    for born in ("1970", "1980"):
        WorkerFactory(filing=filing_a, name="王芳", born=born)
    second = Worker.objects.get(born="1980")
    RemarkFactory(
        filing=filing_a, section="workers", key="王芳", record_id=second.pk, field="post", text="？"
    )
    stored = SectionState(section_named("workers"), filing_a)
    at = [len(stored.at(record, "post")) for record in stored.rows.values()]
    assert (at, pinned(filing_a)) == ([0, 1], ([[], ["？"]], []))
    ((question,), _) = open_questions_and_answers(filing_a, {})
    assert question.href.endswith(f"#{second.pk}-post")


@pytest.mark.parametrize("name", ["甲", LONG])
def test_remark_follows_a_corrected_key(filing_a, save, name):
    grid = GridFactory(filing=filing_a, name="一", worker="")
    save("grids", {(str(grid.pk), "worker"): "不详"})
    save("grids", {(str(grid.pk), "name"): name})
    remark = Remark.objects.get()
    assert (remark.record_id, remark.key) == (grid.pk, name)
    assert SectionState(section_named("grids"), filing_a).text(str(grid.pk), "worker") == "不详"
    (grids,) = [each for each in progress_of_sections(filing_a, [remark]) if each.name == "grids"]
    assert grids.filled == 2


def test_corrected_key_takes_no_remark_of_the_one_who_bore_it(filing_a, save):
    first, second = (GridFactory(filing=filing_a, name=name) for name in "一二")
    save("grids", {(str(first.pk), "worker"): "不详"})
    save("grids", deleted=[str(second.pk)])
    save("grids", {(str(first.pk), "name"): "二"})
    third = GridFactory(filing=filing_a, name="一")
    stored = SectionState(section_named("grids"), filing_a)
    assert [stored.text(str(each.pk), "worker") for each in (first, third)] == ["不详", ""]


def test_answer_belongs_to_the_record_of_its_question(filing_a, clerk_a):
    worker = WorkerFactory(filing=filing_a, name="王芳")
    about = {"section": "workers", "key": "王芳", "record_id": worker.pk, "field": "post"}
    question = RemarkFactory(filing=filing_a, **about)
    answer(filing=filing_a, answers={question.pk: "是站长"}, by=clerk_a)
    assert Remark.objects.get(kind="answer").record_id == worker.pk


def test_workbook_asks_about_the_very_record(round_2022, filing_a):
    old = WorkerFactory(filing=filing_a, name="李强")
    names = ["name", "born", "post"]
    rows = [("王芳", "1970", ""), ("王芳", "1980", ""), ("李强", "", "")]
    found = reading("workers", names, *((filing_a, *row) for row in rows))
    found.findings = [unreadable(filing_a, "王芳", 3), unreadable(filing_a, "李强", 4)]
    applied(round_2022, found)
    born = Worker.objects.get(born="1980")
    asked = Remark.objects.order_by("pk").values_list("record_id", flat=True)
    assert list(asked) == [born.pk, old.pk]


def test_workbook_asks_the_same_of_a_record_once(round_2022, filing_a):
    for _ in range(2):
        found = reading("workers", ["name"], (filing_a, "王芳"))
        found.findings = [unreadable(filing_a, "王芳", 2)]
        applied(round_2022, found)
    assert Remark.objects.get().record_id == Worker.objects.get().pk


def test_question_about_a_row_that_was_not_stored_waits_for_its_record(round_2022, filing_a, save):
    found = reading("profile", ["households"], (filing_a, 120))
    found.findings = [unreadable(filing_a, "王芳", 9)]
    applied(round_2022, found)
    assert (Remark.objects.get().record_id, pinned(filing_a)) == (None, ([], ["读不出"]))
    answer = save("workers", {("new1", "name"): "王芳"})
    worker = Worker.objects.get()
    assert answer["rows"] == {"new1": worker.pk}
    assert Remark.objects.get().record_id == worker.pk
    save("workers", {(str(worker.pk), "post"): "站长"})
    assert pinned(filing_a) == ([["读不出"]], [])


def test_question_about_a_row_that_was_not_stored_stands_at_the_record_of_its_key(
    round_2022, filing_a
):
    worker = WorkerFactory(filing=filing_a, name="王芳")
    found = reading("profile", ["households"], (filing_a, 120))
    found.findings = [unreadable(filing_a, "王芳", 9)]
    applied(round_2022, found)
    assert Remark.objects.get().record_id == worker.pk


def test_undo_leaves_the_remarks_of_changed_records_where_they_are(round_2022, filing_a, save):
    worker = WorkerFactory(filing=filing_a, name="王芳", born="", post="")
    save("workers", {(str(worker.pk), "born"): "不详"})
    upload = applied(round_2022, reading("workers", ["name", "post"], (filing_a, "王芳", "站长")))
    undo_upload(upload=upload)
    assert SectionState(section_named("workers"), filing_a).text(str(worker.pk), "born") == "不详"


def test_remarks_of_records_that_were_undone_return_with_them(round_2022, filing_a, save):
    found = reading("workers", ["name", "post"], (filing_a, "王芳", "站长"))
    upload = applied(round_2022, found)
    save("workers", {(str(Worker.objects.get().pk), "born"): "不详"})
    undo_upload(upload=upload)
    assert Remark.objects.get().record_id is None
    applied(round_2022, found)
    worker = Worker.objects.get()
    assert Remark.objects.get().record_id == worker.pk
    assert SectionState(section_named("workers"), filing_a).text(str(worker.pk), "born") == "不详"


def test_deleted_record_takes_its_reasons_along_and_leaves_its_questions(filing_a, save):
    grid = GridFactory(filing=filing_a, name="一", worker="")
    about = {"section": "grids", "key": "一", "record_id": grid.pk, "field": "phone"}
    question = RemarkFactory(filing=filing_a, **about)
    save("grids", {(str(grid.pk), "worker"): "不详"})
    save("grids", deleted=[str(grid.pk)])
    left = Remark.objects.get()
    assert (left.pk, left.record_id, left.key) == (question.pk, None, "一")


def test_records_carried_into_the_next_round_bear_no_remark_of_the_last(
    round_2022, filing_a, county, save
):
    grid = GridFactory(filing=filing_a, name="一", worker="")
    save("grids", {(str(grid.pk), "worker"): "不详"})
    round = open_round(unit=county, period="2023", due_at=moment(2023, 12, 31), carried=["grids"])
    following = round.filings.get(unit=filing_a.unit)
    stored = SectionState(section_named("grids"), following)
    assert [stored.text(row, "worker") for row in stored.rows] == [""]
    assert Remark.objects.get().record_id == grid.pk


def test_remark_on_a_record_names_its_section(filing_a):
    with pytest.raises(IntegrityError), transaction.atomic():
        RemarkFactory(filing=filing_a, record_id=1)
