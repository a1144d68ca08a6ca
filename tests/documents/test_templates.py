"""A bureau's own template: downloaded, edited, checked, used in place of the shipped one."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from accounts.models import AuditEntry
from documents.builder import shipped_template
from documents.models import ReportTemplate, Shape
from tests.documents.reading import body
from tests.factories import ProfileFactory


@pytest.fixture
def filing(round_2022, county, filing_a):
    ProfileFactory(filing=filing_a, households=1_234, residents=3_456)
    from surveys.actions.hooks import saved

    saved(round_2022, [filing_a.pk])
    return round_2022.filings.get(unit=county)


def document(*lines, header=""):
    made, out = Document(), BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.sections[0].header.paragraphs[0].text = header
    made.save(out)
    return out.getvalue()


@pytest.fixture
def send(as_user, district_reviewer, filing):
    """`send(data)`: the page that answers."""

    def sent(data, name="我的模板.docx"):
        form = {"shape": "survey", "file": SimpleUploadedFile(name, data)}
        return as_user(district_reviewer).post(
            reverse("documents:templates", args=[filing.pk]), form, follow=True
        )

    return sent


def drafted(client, filing):
    return body(client.get(reverse("documents:file", args=[filing.pk])).content)


def test_own_template_is_used_where_it_holds(send, as_user, viewer, clerk_a, filing, street_a):
    assert send(document("全市{{ 总户数 }}。", header="{{ 单位 }}")).status_code == 200
    assert drafted(as_user(viewer), filing) == "全市1,234户。"
    assert drafted(as_user(clerk_a), filing.round.filings.get(unit=street_a)) == "全市1,234户。"
    assert AuditEntry.objects.filter(verb="上传报告模板").count() == 1


def test_marks_are_gone_from_headers_too(send, as_user, viewer, filing):
    send(document("全市{{ 总户数 }}。", header="{{ 单位 }}{{ 期别 }}"))
    data = as_user(viewer).get(reverse("documents:file", args=[filing.pk])).content
    assert Document(BytesIO(data)).sections[0].header.paragraphs[0].text == "黄骅市2022年度"


def test_sending_again_replaces_and_stopping_brings_the_shipped_one_back(
    send, as_user, district_reviewer, filing
):
    send(document("一。"))
    send(document("二。"))
    client = as_user(district_reviewer)
    assert drafted(client, filing) == "二。"
    client.post(reverse("documents:drop_template", args=[filing.pk, "survey"]))
    assert not ReportTemplate.objects.exists()
    assert "基本情况" in drafted(client, filing)


@pytest.mark.parametrize("shape", Shape.values)
def test_shipped_template_comes_back_unchanged_and_passes(
    shape, as_user, district_reviewer, filing
):
    client = as_user(district_reviewer)
    data = client.get(reverse("documents:template", args=[filing.pk, shape])).content
    assert data == shipped_template(shape)
    form = {"shape": shape, "file": SimpleUploadedFile("模板.docx", data)}
    assert client.post(reverse("documents:templates", args=[filing.pk]), form).status_code == 302


@pytest.mark.parametrize("shape", Shape.values)
def test_shipped_template_is_small(shape):
    assert len(shipped_template(shape)) < 100_000


REFUSED = {
    "全市{{ 总户 }}。": "没有“总户”这个数字，是不是“总户数”？",
    "{{ 总户数|乘 }}": "没有“乘”这种写法",
    "{%p if 总户数 %}": "有条件或循环没有结束",
    "{{ 总户数.__class__ }}": "模板中有不允许的写法",
    "{{ 总户数 * 2 }}": "模板中只能写数字名称",
    "{{ '一'.ljust(1000000000) }}": "模板中只能写数字名称",
    "{% set 数 = 1 %}": "模板中只能写数字名称",
    "{% include '/etc/passwd' %}": "模板中只能写数字名称",
    "{% for 行 in 未达标 %}{% for 列 in 未达标 %}{% for 格 in 未达标 %}{% endfor %}{% endfor %}{% endfor %}": "循环最多套 2 层",
    "{% for 行 in 下级情况 %}{{ 行.户口 }}{% endfor %}": "没有“户口”这一项",
    "{{ 未达标|数 }}": "有的名称用错了地方",
}


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: line[:24])
def test_template_is_refused_with_a_sentence(send, line):
    answer = send(document(line))
    assert answer.status_code == 422
    assert REFUSED[line] in answer.content.decode()
    assert not ReportTemplate.objects.exists()


def test_what_stands_in_the_header_is_checked_too(send):
    assert "没有“总户”这个数字" in send(document("好。", header="{{ 总户 }}")).content.decode()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", "文字".encode()])
def test_other_files_are_refused(send, data):
    answer = send(data)
    assert (answer.status_code, ReportTemplate.objects.count()) == (422, 0)


def test_reference_names_every_figure_with_its_value(as_user, viewer, filing):
    page = as_user(viewer).get(reverse("documents:reference", args=[filing.pk])).content.decode()
    assert all(text in page for text in ("总户数", "1,234户", "应拨经费", "下级情况", "图_经费"))
