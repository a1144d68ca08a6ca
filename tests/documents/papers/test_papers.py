"""Papers beside the report: one community, the booklet of all, the reminder list; who gets which and what they say."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from accounts.models import AuditEntry
from documents.papers import booklet
from documents.papers.declared import table_document
from reports.engine.saving import follow_save
from residents.models import Profile
from surveys.actions import open_round
from surveys.export import ColumnKind, Partial, Table, TableColumn, TableRow, pdf
from surveys.models import Filing, Job
from tests.factories import (
    PremisesFactory,
    ProfileFactory,
    StandardFactory,
    WorkerFactory,
    moment,
    stand,
)


@pytest.fixture
def root(round_2022):
    return round_2022.filings.get(parent=None)


@pytest.fixture
def told(filing_a, root):
    """育才 has said who lives and works there, and misses a standard by 218 m²."""
    ProfileFactory(filing=filing_a, households=900, residents=3000)
    WorkerFactory(filing=filing_a, name="张三丰", post="主任")
    PremisesFactory(filing=filing_a, area=82, tenure="owned")
    StandardFactory(
        code="office", name="用房", actual="office_area", lower="300", unit="m²", gap_unit="m²"
    )
    StandardFactory(
        code="money", name="经费", actual="funding_received", lower="1", unit="元", gap_unit="元"
    )
    follow_save(root.round, Filing.objects.values("pk"))
    return filing_a


def lines(content):
    """Every paragraph and every row of cells, in no particular order."""
    document = Document(BytesIO(content))
    rows = [
        " | ".join(cell.text for cell in row.cells)
        for table in document.tables
        for row in table.rows
    ]
    return [paragraph.text for paragraph in document.paragraphs] + rows


def got(client, page, filing, **query):
    return client.get(reverse(f"papers:{page}", args=[filing.pk]), query)


def test_paper_of_one_community_says_facts_people_and_gaps(as_user, clerk_a, told):
    found = lines(got(as_user(clerk_a), "one", told).content)
    assert found[0] == "育才社区档案"
    assert (
        "骅东街道 · 代码 130983001016 · 社区 · 数据截至 2022 年 12 月 31 日 · 填报中，未经审定"
        in found
    )
    assert {"用房 | 不少于 300 m² | 82 m² | 差 218 m²", "缺少所需数据，不能评价：经费。"} <= {
        *found
    }
    assert "达标 0 项，未达标 1 项，缺数 1 项。" in found
    assert "张三丰 | 主任" in "\n".join(found)
    assert "没有填报：网格、党组织、机构、设备、经费。" in found


def test_paper_shows_the_rounds_before_beside_this_one(as_user, clerk_a, told, county):
    later = open_round(unit=county, period="2023", due_at=moment(2023, 12, 31), carried=["profile"])
    now = later.filings.get(unit=told.unit)
    Profile.objects.filter(filing=now).update(households=950)
    follow_save(later, [now.pk])
    found = lines(got(as_user(clerk_a), "one", now).content)
    assert {
        "指标 | 2022年度 | 2023年度",
        "总户数（户） | 900 | 950",
        "办公用房面积（m²） | 82 | 未填",
    } <= {*found}
    assert "各期变化" not in lines(got(as_user(clerk_a), "one", told).content)


def test_paper_hides_names_from_who_does_not_work_with_them(as_user, viewer, told):
    text = "\n".join(lines(got(as_user(viewer), "one", told).content))
    assert ("张三丰" in text, "张** | 主任" in text) == (False, True)


def test_paper_is_the_same_file_for_the_same_data_and_in_the_trail(as_user, clerk_a, told):
    client = as_user(clerk_a)
    assert got(client, "one", told).content == got(client, "one", told).content
    assert AuditEntry.objects.filter(verb="下载材料", what="育才社区档案（2022）.docx").count() == 2


def test_paper_of_a_street_says_what_it_reports_itself(as_user, clerk_a, told):
    found = lines(got(as_user(clerk_a), "one", told.parent).content)
    assert (found[0], any("达标" in each for each in found)) == ("骅东街道档案", False)


def begin(client, filing, **wish):
    return client.post(reverse("papers:booklet", args=[filing.pk]), wish)


def test_booklet_is_a_job_with_every_community_on_its_pages(as_user, viewer, told, root):
    answer = begin(as_user(viewer), root, form="docx", scope="all")
    job = Job.objects.get()
    assert (answer.url, job.state) == (reverse("surveys:job", args=[job.pk]), "done")
    assert job.file_name == "黄骅市2022年度社区年报汇编.docx"
    found = lines(as_user(viewer).get(reverse("surveys:job_file", args=[job.pk])).getvalue())
    assert [each for each in found if each.endswith("社区档案")] == [
        "育才社区档案",
        "东昊社区档案",
        "平安社区档案",
    ]
    assert (
        "本汇编收录 3 个社区，数据截至 2022 年 12 月 31 日；其中 0 个已审定，其余 3 个的数据未经审定，仅供参考。"
        in found
    )


def test_booklet_of_approved_filings_only(as_user, viewer, told, root):
    stand(told, "approved")
    begin(as_user(viewer), root, form="docx", scope="approved")
    with Job.objects.get().file.open("rb") as file:
        found = lines(file.read())
    assert [each for each in found if each.endswith("社区档案")] == ["育才社区档案"]


def test_booklet_of_nothing_says_why(as_user, viewer, root):
    begin(as_user(viewer), root, form="docx", scope="approved")
    assert (
        Job.objects.get().message
        == "没有可以汇编的社区：范围内没有已审定的填报表，请改选全部数据。"
    )


def test_booklet_as_pdf_goes_through_the_office_program(as_user, viewer, told, root, monkeypatch):
    monkeypatch.setattr(booklet, "to_pdf", lambda content: b"%PDF" + content[:2])
    begin(as_user(viewer), root, form="pdf", scope="all")
    job = Job.objects.get()
    with job.file.open("rb") as file:
        assert (job.file_name[-4:], file.read()) == (".pdf", b"%PDFPK")


def test_pdf_where_no_office_program_is_says_so(monkeypatch, as_user, viewer, root):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(ValidationError, match="没有安装 LibreOffice"):
        pdf.to_pdf(b"")
    assert "没有安装 LibreOffice" in got(as_user(viewer), "papers", root).content.decode()


def test_pdf_that_takes_too_long_says_so(monkeypatch, tmp_path):
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nexec sleep 5\n")
    slow.chmod(0o755)
    monkeypatch.setattr(pdf, "program", lambda: str(slow))
    with pytest.raises(ValidationError, match="超时"):
        pdf.to_pdf(b"", timeout=0.2)


def test_booklet_queries_do_not_grow_with_every_section_of_every_community(
    told, root, viewer, django_assert_max_num_queries
):
    filings = list(booklet.area_communities(root))
    with django_assert_max_num_queries(8 + len(filings)):
        booklet.write_booklet(root, filings, by=viewer)


def test_reminder_list_names_who_is_late(as_user, viewer, root, clerk_a, clerk_b):
    client = as_user(viewer)
    found = lines(got(client, "reminders", root).content)
    assert found[0] == "黄骅市催报名单"
    assert any(each.startswith("育才社区 | 骅东街道 | ") and "骅东填报员" in each for each in found)
    assert got(client, "reminders", root, format="xlsx").content[:2] == b"PK"


def test_page_finds_a_community_by_name(as_user, viewer, told, root):
    client = as_user(viewer)
    assert [f.name for f in got(client, "papers", root).context["found"]] == [
        "育才社区",
        "东昊社区",
        "平安社区",
    ]
    assert [f.name for f in got(client, "papers", root, name="东").context["found"]] == ["东昊社区"]
    assert "没有名称含“西”的社区" in got(client, "papers", root, name="西").content.decode()


def test_declared_table_as_a_document_has_its_head_joined_and_its_unknowns_said(filing_a, clerk_a):
    columns = [
        TableColumn("单位"),
        *(TableColumn(name, "人", ColumnKind.COUNT, groups=("人口",)) for name in "男女"),
        TableColumn("姓名", kind=ColumnKind.NAME),
    ]
    rows = [
        TableRow(["育才", 3, None, "张三"]),
        TableRow(["合计", Partial(3, 1), Partial(None, 2), ""], rank="sum"),
    ]
    content = table_document(Table("汇总", columns, rows, filing_a, signed=True), clerk_a)
    found = lines(content)
    assert found[-5:] == [
        "单位 | 人口 | 人口 | 姓名",
        "单位 | 男 | 女 | 姓名",
        " | 人 | 人 | ",
        "育才 | 3 | 缺数 | 张三",
        "合计 | 3（缺1） | 缺数（缺2） | ",
    ]
    assert "填表人：　　　　　　审核人：　　　　　　填表日期：　　　　年　　月　　日" in found


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("viewer", "street_a", 302),
        ("clerk_a", "street_a", 302),
        ("clerk_b", "street_a", 404),
        ("clerk_a", "community_a", 404),
    ],
)
def test_booklet_is_begun_inside_the_area_only(role, place, status, request, as_user, round_2022):
    filing = round_2022.filings.get(unit=request.getfixturevalue(place))
    assert begin(as_user(request.getfixturevalue(role)), filing, form="docx").status_code == status


def test_summary_as_a_document_is_the_table_of_the_page(as_user, viewer, told, root):
    found = lines(got(as_user(viewer), "summary", root, section="premises").content)
    assert found[0].startswith("黄骅市")
    assert "填表人：　　　　　　审核人：　　　　　　填表日期：　　　　年　　月　　日" in found


def test_table_wider_than_a_page_goes_on_below_with_its_first_column(filing_a, clerk_a):
    columns = [
        TableColumn("单位"),
        *(TableColumn(f"第{n}列", "人", ColumnKind.COUNT, width=20) for n in range(1, 10)),
    ]
    document = Document(
        BytesIO(
            table_document(
                Table("宽表", columns, [TableRow(["育才", *range(1, 10)])], filing_a), clerk_a
            )
        )
    )
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    assert heads == [["单位", *(f"第{n}列" for n in range(1, 8))], ["单位", "第8列", "第9列"]]
