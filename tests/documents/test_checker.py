"""A draft checked: planted slips are found, what is right is left alone, whatever the wording."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from accounts.models import AuditEntry
from documents.checker.check import check_draft
from documents.checker.draft import Unreadable, draft_passages
from documents.checker.finding import DraftFindingKind
from documents.checker.numbers import draft_numbers, unfilled_places

# (as the report of the demo city has it, as the slip has it, what it is, what is written now)
SLIPS = [
    ("总户数43,046户", "总户数43,064户", DraftFindingKind.DIFFERS, "43,064户"),
    ("3个街道、29个社区，总户数", "3个街道、28个社区，总户数", DraftFindingKind.DIFFERS, "28个"),
    ("划分网格146个", "划分网格2,620个", DraftFindingKind.DIFFERS, "2,620个"),
    ("党小组58个", "党小组85个", DraftFindingKind.DIFFERS, "85个"),
    ("党员1,046人，平均", "党员xx人，平均", DraftFindingKind.MASK, "xx"),
    ("占22.2%，其余", "占25.2%，其余", DraftFindingKind.ARITHMETIC, "25.2%"),
    ("其中自有2处", "其中自有20处", DraftFindingKind.ARITHMETIC, "20处"),
    ("年初预算58万元，占", "年初预算58元，占", DraftFindingKind.UNIT, "58元"),
    ("占应拨的35.2%", "占应拨的53.2%", DraftFindingKind.ARITHMETIC, "53.2%"),
]
# A report by another hand: other words, rounded numbers, Chinese numerals.
OWN_WORDS = [
    "全市共有3个街道办事处、29个社区居委会，居民43046户、159720人，党员1046名。",
    "已建立党支部15个，党小组58个，有14个社区没有单独建立党支部。",
    "社区办公用房15处，其中产权自有的2处，租借的13处；面积在50平方米以上的2处，50平方米以下的13处。",
    "街道在编人员126人，在社区工作的28人，占22%；临时聘用人员32人，占社区工作人员的53%，其中10人无报酬，22人月报酬40—400元。",
    "按照省定每人每年10元、每名党员50元的标准，全市每年应拨社区经费164.95万元，年初预算58万元。",
    "2022年，二十九个社区均未达到300平方米的标准。全市约16万人、4.3万户。",
]


def draft(*paragraphs):
    document, out = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def planted(file):
    """The report of the demo city with ten slips in it."""
    document, out = Document(BytesIO(file)), BytesIO()
    for right, wrong, _, _ in SLIPS:
        paragraph = next(p for p in document.paragraphs if right in p.text)
        text = paragraph.text.replace(right, wrong)
        for run in paragraph.runs[1:]:
            run.text = ""
        paragraph.runs[0].text = text
    document.add_paragraph("全市2,060个网格都要配齐网格员。")
    document.tables[0].rows[-1].cells[2].paragraphs[0].runs[0].text = "43,406"
    document.save(out)
    return out.getvalue()


def alarms(content, known):
    return [
        (finding.kind, finding.number)
        for finding in check_draft(draft_passages(content), known).alarms
    ]


def test_report_of_the_system_itself_raises_no_alarm(demo):
    found = check_draft(draft_passages(demo.file), demo.known)
    assert (found.alarms, found.count > 150, found.traced >= found.count - 3) == ([], True, True)


def test_every_planted_slip_is_found_and_nothing_else(demo):
    wanted = [(kind, number) for _, _, kind, number in SLIPS] + [
        (DraftFindingKind.DIFFERS, "2,060个"),
        (DraftFindingKind.DIFFERS, "43,406"),
    ]
    assert sorted(alarms(planted(demo.file), demo.known), key=str) == sorted(wanted, key=str)


def test_two_numbers_for_one_thing_point_at_each_other(demo):
    found = check_draft(draft_passages(planted(demo.file)), demo.known).alarms
    grids = [finding.reason for finding in found if finding.number in ("2,620个", "2,060个")]
    assert ["写 2,060个" in grids[0], "写 2,620个" in grids[1]] == [True, True]


def test_report_in_other_words_raises_no_alarm(demo):
    assert alarms(draft(*OWN_WORDS), demo.known) == []


def test_number_nobody_knows_is_told_apart_from_a_wrong_one(demo):
    found = check_draft(draft_passages(draft("有1.5万户居民办事不便。")), demo.known)
    assert ([f.number for f in found.alarms], [f.number for f in found.untraced]) == (
        [],
        ["1.5万户"],
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("共４３,０４６户", [(43046.0, "户")]),
        ("应拨164.95万元", [(1649500.0, "元")]),
        ("占百分之35.2", [(35.2, "%")]),
        ("二十九个社区", [(29.0, "个")]),
        ("2022年12月31日第3段〔2010〕27号", []),
        ("（1）一是一个", []),
        ("共1.2亿元", [(120000000.0, "元")]),
    ],
)
def test_numbers_are_read_as_officials_write_them(text, said):
    assert [(number.value, number.unit) for number in draft_numbers(text)] == said


@pytest.mark.parametrize(
    ("text", "found"), [("居民xx户", ["xx"]), ("×万元", ["×"]), ("xx县", []), ("__个", ["__"])]
)
def test_places_left_open_are_seen(text, found):
    assert unfilled_places(text) == found


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" * 200]
)
def test_what_is_no_document_gets_a_sentence(content):
    with pytest.raises(Unreadable):
        draft_passages(content)


def test_draft_is_checked_on_the_page_and_not_kept(as_user, viewer, round_2022, county):
    address = reverse("checker:checker", args=[round_2022.filings.get(unit=county).pk])
    file = SimpleUploadedFile("讲话.docx", draft("全市共有3个街道，共有5个社区。"))
    answer = as_user(viewer).post(address, {"file": file})
    assert [(f.number, f.right) for f in answer.context["found"].alarms] == [
        ("3个", "2个"),
        ("5个", "3个"),
    ]
    assert AuditEntry.objects.get(verb="核对文稿").what == "讲话.docx"


def test_file_of_another_kind_is_refused_with_the_way_out(as_user, viewer, round_2022, county):
    address = reverse("checker:checker", args=[round_2022.filings.get(unit=county).pk])
    answer = as_user(viewer).post(address, {"file": SimpleUploadedFile("讲话.doc", b"x")})
    assert answer.status_code == 422
    assert "“讲话.doc”不是 .docx 文档。" in answer.content.decode()
