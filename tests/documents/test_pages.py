"""起草 and 已出报告 through the client."""

import hashlib
import re
from io import BytesIO

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.models import IssuedReport
from documents.report import Report
from documents.reported_standards import ReportedStandard
from documents.wording import chinese_number
from reports.models import Tally
from residents.models import Profile
from surveys.actions.hooks import saved
from tests.documents.reading import body
from tests.factories import (
    InstitutionFactory,
    PremisesFactory,
    ProfileFactory,
    StandardFactory,
    stand,
)
from tests.rounds import open_year


@pytest.fixture
def county_filing(round_2022, county, filing_a):
    ProfileFactory(filing=filing_a, households=1_234, residents=3_456)
    PremisesFactory(filing=filing_a, area="82.5", tenure="rented")
    StandardFactory(code="size")
    saved(round_2022, [filing_a.pk])
    return round_2022.filings.get(unit=county)


def address(name, *args, **query):
    tail = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"documents:{name}", args=args) + (f"?{tail}" if tail else "")


def text_of(answer):
    return re.sub(r"<[^>]+>|\s", "", answer.content.decode())


def test_page_and_file_say_the_same(as_user, viewer, county_filing):
    client = as_user(viewer)
    page = text_of(client.get(address("draft", county_filing.pk)))
    lines = body(client.get(address("file", county_filing.pk)).content).splitlines()
    plain = [re.sub(r"\s", "", line) for line in lines if "|" not in line and len(line) > 30]
    assert len(plain) == 8
    assert [line for line in plain if line not in page] == []


def test_every_figure_of_the_page_leads_somewhere(as_user, viewer, county_filing):
    client = as_user(viewer)
    page = client.get(address("draft", county_filing.pk)).content.decode()
    hrefs = {
        href.replace("&amp;", "&") for href in re.findall(r'class="figure" href="([^"]+)"', page)
    }
    assert len(hrefs) > 10
    assert {href: client.get(href).status_code for href in hrefs} == dict.fromkeys(hrefs, 200)


def test_figures_of_an_approved_report_lead_to_approved_rows(as_user, viewer, county_filing):
    for filing in county_filing.round.filings.all():
        stand(filing, "approved")
    saved(county_filing.round, county_filing.round.filings.values("pk"))
    page = (
        as_user(viewer).get(address("draft", county_filing.pk, scope="approved")).content.decode()
    )
    hrefs = re.findall(r'class="figure" href="([^"]+)"', page)
    assert hrefs
    assert all("scope=approved" in href for href in hrefs)
    assert "本报告只用已审定的数据" in page


def test_unknown_is_written_as_unknown(as_user, viewer, county_filing):
    text = text_of(as_user(viewer).get(address("draft", county_filing.pk)))
    assert "总户数1,234户、总人口3,456人" in text
    assert "（2个社区未填报基本情况，未计入）" in text
    assert "年初预算数据缺失（3个社区均未填报）" in text
    assert "其中0" not in text


def test_report_of_an_empty_round_can_be_drafted(as_user, viewer, round_2022, county):
    text = text_of(as_user(viewer).get(address("draft", round_2022.filings.get(unit=county).pk)))
    assert "总户数数据缺失、总人口数据缺失" in text


def test_download_is_in_the_trail(as_user, viewer, county_filing):
    as_user(viewer).get(address("file", county_filing.pk))
    line = AuditEntry.objects.get(verb="下载报告")
    assert (line.by, line.path, line.what) == (
        viewer,
        county_filing.path,
        "关于黄骅市街道社区组织体系建设情况的调研报告.docx",
    )


def test_table_of_figures_is_a_workbook(as_user, viewer, county_filing):
    answer = as_user(viewer).get(address("figures", county_filing.pk))
    assert answer.content.startswith(b"PK")


def test_choosing_another_unit_leads_to_its_draft(as_user, viewer, county_filing, street_a):
    street = county_filing.round.filings.get(unit=street_a)
    asked = address(
        "draft", county_filing.pk, unit=street_a.pk, round=county_filing.round_id, shape="survey"
    )
    assert as_user(viewer).get(asked).url == address("draft", street.pk, shape="survey")


def issue(client, filing, **form):
    page = client.get(address("draft", filing.pk)).content.decode()
    version = re.search(r'name="version" value="(\w+)"', page)[1]
    return client.post(address("keep", filing.pk), {"version": version} | form, follow=True)


def test_issued_report_is_the_file_that_was_looked_at(as_user, district_reviewer, county_filing):
    client = as_user(district_reviewer)
    drafted = client.get(address("file", county_filing.pk)).content
    issue(client, county_filing)
    kept = IssuedReport.objects.get()
    assert kept.sha256 == hashlib.sha256(drafted).hexdigest()
    assert client.get(address("issued_file", kept.pk)).content == drafted
    assert (kept.by, kept.filing, AuditEntry.objects.filter(verb="报告定稿").count()) == (
        district_reviewer,
        county_filing,
        1,
    )


def test_report_is_not_issued_over_data_that_moved_on(as_user, district_reviewer, county_filing):
    answer = issue(as_user(district_reviewer), county_filing, version="000000000000")
    assert not IssuedReport.objects.exists()
    assert "数据又有变动" in answer.content.decode()


def test_issued_report_says_what_changed_since(as_user, district_reviewer, county_filing, filing_a):
    client = as_user(district_reviewer)
    assert "全部数字与今天的数据一致" in issue(client, county_filing).content.decode()
    Profile.objects.filter(filing=filing_a).update(households=1_244)
    saved(county_filing.round, [filing_a.pk])
    rows = client.get(address("one", IssuedReport.objects.get().pk)).context["differences"]
    found = {row.label: (row.old, row.new, row.change) for row in rows}
    assert found["总户数"] == ("1,234户", "1,244户", "增加10户")
    assert {*found} == {"总户数", "每社区户数", "骅东街道·户数"} | {
        label for label in found if "标准" in label
    }


def test_list_of_issued_reports_costs_the_same_for_one_and_three(
    as_user, district_reviewer, county_filing, django_assert_num_queries
):
    client = as_user(district_reviewer)
    for times in (1, 2):
        for _ in range(times):
            issue(client, county_filing)
        with django_assert_num_queries(7):
            client.get(address("issued", county_filing.pk))


def test_last_round_stands_beside_this_one(as_user, viewer, county_filing, county, filing_a):
    later = open_year(county, 2023)
    now = later.filings.get(unit=filing_a.unit)
    Profile.objects.filter(filing=now).update(households=1_200)
    saved(later, [now.pk])
    text = text_of(as_user(viewer).get(address("draft", later.filings.get(unit=county).pk)))
    assert "指标上期（2022年度）本期（2023年度）变化" in text
    assert "总户数1,234户1,200户减少34户" in text


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        ((3, 12, 0), (2, 13, 0), 6.7),
        ((15, 13, 1), (15, 14, 0), 0),
        ((3, 12, 0), (2, 12, 1), 0),
        ((1, 1, 0), (2, 0, 0), 0),
    ],
)
def test_standard_went_backward_only_where_a_community_surely_did(before, now, worse):
    names = ("met", "unmet", "unknown")
    then, today = (Tally(**dict(zip(names, counts, strict=True))) for counts in (before, now))
    standing = ReportedStandard(standard=None, tally=today, before=then, filing_pk=0)
    assert round(standing.worse, 1) == worse


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")]
)
def test_headings_count_in_chinese(number, words):
    assert chinese_number(number) == words


def test_file_opens_as_a_document_with_the_margins_of_the_standard(as_user, viewer, county_filing):
    from docx import Document

    section = Document(
        BytesIO(as_user(viewer).get(address("file", county_filing.pk)).content)
    ).sections[0]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


def test_rows_behind_a_measure_add_up_to_it(as_user, viewer, county_filing, filing_b):
    ProfileFactory(filing=filing_b, households=766, residents=1_000)
    saved(county_filing.round, [filing_b.pk])
    client, context = as_user(viewer), Report(county_filing).context
    pages = {
        key: client.get(context.figures[key].href) for key in ("总户数", "总人口", "办公用房面积")
    }
    assert {key: page.context["total"] for key, page in pages.items()} == {
        key: context.figures[key].value for key in pages
    }
    assert "合计2,000户·1个未填，未计入" in text_of(pages["总户数"])


def test_bodies_and_ratios_lead_to_what_they_were_counted_from(
    as_user, viewer, county_filing, filing_a
):
    InstitutionFactory(filing=filing_a, category="police_room", stage="plaque")
    saved(county_filing.round, [filing_a.pk])
    client, figures = as_user(viewer), Report(county_filing).context.figures
    rows = {
        key: client.get(figures[f"警务室·{key}"].href).context["page"].paginator.count
        for key in ("只挂牌", "未建")
    }
    assert rows == {"只挂牌": 1, "未建": 0}
    assert "合计31,234缺2" in text_of(client.get(figures["每社区户数"].href))
