import json
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import AuditEntry
from residents.models import Profile
from surveys.models import Filing, Layout, Remark, Upload
from tests.factories import ProfileFactory
from tests.surveys.readings import digest, received_upload

HEAD = ["街道", "社区名称", "总户数", "总人口", "男", "女"]


@pytest.fixture
def book(tmp_path):
    """`book(rows)`: the path of a workbook with one sheet 社区基本情况."""

    def write(*rows, head=HEAD):
        found = Workbook()
        found.active.title = "社区基本情况"
        for row in (head, *rows):
            found.active.append(row)
        found.save(tmp_path / "调查表.xlsx")
        return tmp_path / "调查表.xlsx"

    return write


GOOD = ["骅东街道", "育才社区", 1500, 4300, 2000, 2300]
UNKNOWN = ["骅东街道", "桃花源社区", 900, 2000, 1000, 1000]


def run(file, *options):
    """The command's output and its exit code."""
    out = StringIO()
    try:
        call_command("import_survey", file, "--round=2022", *options, stdout=out)
    except SystemExit as stop:
        return out.getvalue(), stop.code
    return out.getvalue(), 0


def asked(file, *options):
    out, code = run(file, "--json", *options)
    return json.loads(out), code


def nothing_written():
    return not (
        Profile.objects.exists() or Upload.objects.exists() or Remark.objects.exists()
    ) and not (AuditEntry.objects.filter(source="workbook").exists())


def test_import_applies_and_says_what_it_did(round_2022, filing_a, book):
    out, code = run(book(GOOD))
    upload = Upload.objects.get()
    assert (code, upload.status, upload.counts["profile"]["new"]) == (0, "applied", 1)
    assert list(Profile.objects.values_list("filing", "households", "women")) == [
        (filing_a.pk, 1500, 2300)
    ]
    assert "工作表“社区基本情况”：表头第 1 行，数据 1 行" in out
    assert "基本情况             1         0         0         0" in out
    assert out.endswith(f"已入库，批次 {upload.pk}。撤销：manage.py undo_upload {upload.pk}\n")


def test_import_keeps_the_original_byte_by_byte(round_2022, book):
    file = book(GOOD)
    run(file)
    upload = Upload.objects.get()
    assert upload.name == "调查表.xlsx"
    assert default_storage.open(upload.file.name).read() == file.read_bytes()


def test_import_again_changes_nothing(round_2022, book):
    file = book(GOOD)
    run(file)
    before = digest()
    answer, code = asked(file)
    assert (digest(), code) == (before, 0)
    assert answer["sections"] == {"profile": {"new": 0, "changed": 0, "same": 1, "absent": 0}}


def test_import_answers_in_json(round_2022, filing_a, book):
    answer, _ = asked(book([*GOOD[:4], 2000, 2200]))
    assert (answer["upload"], answer["applied"], answer["undecided"]) == (
        Upload.objects.get().pk,
        True,
        [],
    )
    (finding,) = [each for each in answer["findings"] if each["kind"] == "check"]
    assert (finding["place"], finding["value"], finding["field"]) == (
        "社区基本情况!F2",
        "2200",
        "women",
    )
    assert finding["filing"] == filing_a.pk


def test_import_dry_run_writes_nothing(round_2022, book):
    answer, code = asked(book(GOOD), "--dry-run")
    assert (answer["applied"], answer["upload"], code) == (False, None, 0)
    assert answer["sections"]["profile"]["new"] == 1
    assert nothing_written()
    assert "只是核对，没有写入。" in run(book(GOOD), "--dry-run")[0]


def test_import_waits_for_decisions_and_says_how(round_2022, book):
    out, code = run(book(GOOD, UNKNOWN))
    assert code == 1
    assert nothing_written()
    assert "待决定（整行未采用）：1 处" in out
    assert '{\n  "社区基本情况!B3": {\n    "unit": "区划代码"\n  }\n}' in out
    assert "--leave-out-undecided" in out


def test_import_names_undecided_places_in_json(round_2022, book):
    answer, code = asked(book(GOOD, UNKNOWN))
    assert (answer["undecided"], answer["applied"], code) == (["社区基本情况!B3"], False, 1)


def test_import_leaves_out_undecided_rows_when_told(round_2022, book):
    answer, code = asked(book(GOOD, UNKNOWN), "--leave-out-undecided")
    assert (answer["applied"], Profile.objects.count(), code) == (True, 1, 0)


def test_import_takes_decisions_from_a_file(round_2022, community_b, book, tmp_path):
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({"社区基本情况!B3": {"unit": community_b.code}}), "utf-8")
    answer, code = asked(book(GOOD, UNKNOWN), f"--decisions={decisions}")
    assert (answer["undecided"], code) == ([], 0)
    assert Profile.objects.get(filing__unit=community_b).households == 900
    assert Upload.objects.get().decisions == {"社区基本情况!B3": {"unit": community_b.code}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "不是有效的 JSON"),
        ('{"表!C2": "x"}', "决定文件中 表!C2 读不懂，应写成"),
        ("[]", "读不懂，应写成"),
    ],
)
def test_import_says_what_is_wrong_with_decisions(round_2022, book, tmp_path, text, sentence):
    decisions = tmp_path / "decisions.json"
    decisions.write_text(text, "utf-8")
    with pytest.raises(CommandError, match=sentence):
        run(book(GOOD), f"--decisions={decisions}")


def test_import_limits_itself_to_a_unit(round_2022, street_b, book):
    answer, code = asked(book(GOOD), f"--unit={street_b.code}")
    assert (code, answer["applied"], Profile.objects.count()) == (1, False, 0)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut off"])
def test_import_of_a_broken_file_is_one_sentence(round_2022, tmp_path, content):
    file = tmp_path / "坏.xlsx"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="。"):
        run(file)
    assert nothing_written()


def test_import_of_a_missing_file_says_so(round_2022):
    with pytest.raises(CommandError, match=r"^文件 无\.xlsx 打不开：.*。请核对路径。$"):
        run("无.xlsx")


def test_import_says_when_the_round_is_unknown(round_2022, book):
    with pytest.raises(CommandError) as error:
        call_command("import_survey", book(GOOD), "--round=2031")
    assert str(error.value) == "没有 2031 这一期。请先用 open_round 开设，或核对年份。"


def test_import_that_is_refused_leaves_no_file(round_2022, filing_a, book, monkeypatch):
    monkeypatch.setattr(
        "surveys.actions.uploads.refuse_undecided", lambda *each: Filing.objects.update(version=9)
    )
    before = (
        set(default_storage.listdir("uploads")[1]) if default_storage.exists("uploads") else set()
    )
    with pytest.raises(CommandError, match="请再试一次"):
        run(book(GOOD))
    after = (
        set(default_storage.listdir("uploads")[1]) if default_storage.exists("uploads") else set()
    )
    assert (after, nothing_written()) == (before, True)


def test_import_shortens_long_lists(round_2022, book):
    rows = [["骅东街道", f"桃源{n}社区", 1, 1, 1, 0] for n in range(30)]
    out, _ = run(book(GOOD, *rows))
    assert "待决定（整行未采用）：30 处" in out
    assert "  … 另有 10 处" in out


def test_receive_upload_keeps_findings_and_counts_and_changes_nothing(
    round_2022, filing_a, clerk_a, book
):
    ProfileFactory(filing=filing_a, households=1400)
    before, file = digest(), book(GOOD, UNKNOWN)
    content = file.read_bytes()
    upload, reading = received_upload(
        round=round_2022, unit=round_2022.unit, name=file.name, content=content, by=clerk_a
    )
    assert (digest(), upload.status, upload.by) == (before, "checked", clerk_a)
    assert upload.counts == {"profile": {"new": 0, "changed": 1, "same": 0, "absent": 0}}
    assert upload.findings == [finding.as_dict() for finding in reading.findings]
    assert [each["cell"] for each in upload.findings if each["kind"] == "row"] == ["B3"]


def test_receive_upload_uses_confirmed_layouts(round_2022, filing_a, street_a, book):
    content = book(GOOD, head=["街道", "社区名称", "甲", "乙", "男", "女"]).read_bytes()
    given = {"round": round_2022, "unit": street_a, "name": "a.xlsx", "content": content}
    _, first = received_upload(**given)
    mapping = first.sheets[0].mapping | {"甲": "profile.households", "乙": "profile.residents"}
    Layout.objects.create(
        unit=round_2022.unit, signature=first.sheets[0].signature, mapping=mapping
    )
    _, second = received_upload(**given)
    incoming = second.incoming["profile"]
    assert dict(zip(incoming.names, incoming.rows[0][1:], strict=True))["households"] == 1500


def test_import_reads_an_upload_stored_as_bytes(round_2022, book):
    content = BytesIO(book(GOOD).read_bytes()).getvalue()
    upload, _ = received_upload(
        round=round_2022, unit=round_2022.unit, name="../../etc/passwd.xlsx", content=content
    )
    assert upload.file.name.startswith("uploads/")
    assert "passwd" not in upload.file.name


def test_import_of_the_same_file_is_answered_without_reading(round_2022, book, monkeypatch):
    path = book(GOOD)
    first, _ = asked(path)
    monkeypatch.setattr("surveys.management.commands.import_survey.read_workbook", None)
    again, code = asked(path)
    assert (again["upload"], code, Upload.objects.count()) == (first["upload"], 0, 1)
    assert again["sections"]["profile"] == {"new": 0, "changed": 0, "same": 1, "absent": 0}
    assert "此后没有改动" in run(path)[0]


def test_import_reads_the_same_file_again_after_a_save(round_2022, filing_a, book):
    path = book(GOOD)
    asked(path)
    Profile.objects.update(households=1)
    Filing.objects.filter(pk=filing_a.pk).update(saved_at=timezone.now())
    again, _ = asked(path)
    assert again["sections"]["profile"] == {"new": 0, "changed": 1, "same": 0, "absent": 0}
