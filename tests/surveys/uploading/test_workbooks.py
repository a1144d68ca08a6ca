"""The workbook in the browser: how it comes down, how its columns are told, how it comes back marked."""

from io import BytesIO

from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from surveys.models import Layout
from surveys.workbook.write import write_workbook
from tests.factories import ProfileFactory, WorkerFactory
from tests.surveys.uploading.books import HEAD, ROW, book
from tests.surveys.uploading.visiting import page_text, post_to, upload_page

# Down


def test_workbook_comes_under_its_chinese_name_and_is_in_the_trail(clerk, street_filing, filing_a):
    ProfileFactory(filing=filing_a, households=1234)
    answer = clerk.get(reverse("surveys:workbook", args=[street_filing.pk]))
    assert answer["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%E9%AA%85%E4%B8%9C%E8%A1%97%E9%81%93"
    )
    sheet = load_workbook(BytesIO(answer.content))["基本情况"]
    assert [cell.value for cell in sheet[3]][2:4] == ["育才社区", 1234]
    entry = AuditEntry.objects.get(verb="下载工作簿")
    assert (entry.what, entry.target) == ("骅东街道2022社区调查.xlsx", f"filing:{street_filing.pk}")


def test_workbook_of_one_section_has_only_that_sheet(clerk, street_filing):
    answer = clerk.get(reverse("surveys:workbook", args=[street_filing.pk]), {"section": "workers"})
    assert load_workbook(BytesIO(answer.content)).sheetnames == ["说明", "工作人员", "字典"]


def test_workbook_of_an_unknown_section_is_not_found(clerk, street_filing):
    assert (
        clerk.get(
            reverse("surveys:workbook", args=[street_filing.pk]), {"section": "x"}
        ).status_code
        == 404
    )


def test_downloaded_workbook_sent_back_changes_nothing(clerk, send, round_2022, street_a, filing_a):
    ProfileFactory(filing=filing_a, households=1234)
    WorkerFactory(filing=filing_a, name="王芳", phone="13812341234")
    file = BytesIO()
    write_workbook(round=round_2022, unit=street_a, file=file)
    upload = send(file.getvalue())
    assert "文件里的内容与系统中的数据一致" in page_text(upload_page(clerk, upload))


# Columns


def test_column_corrected_once_is_read_so_at_once_and_next_time(clerk, send, street_a):
    head = [*HEAD[:3], "甲乙", "总人口"]
    upload = send(book(ROW[:5], head=head))
    sheet = upload_page(clerk, upload).context["review"].sheets[0][0]
    form = {f"column-{at}": sheet.mapping.get(label, "") for at, label in enumerate(sheet.columns)}
    address = reverse("surveys:columns", args=[upload.pk, 0])
    assert "甲乙" in page_text(clerk.get(address))
    clerk.post(address, form | {"column-3": "profile.households"})
    assert (
        upload_page(clerk, upload).context["review"].new[0]["summary"] == "总户数 1200，总人口 3600"
    )
    assert Layout.objects.get().unit == street_a
    assert (
        upload_page(clerk, send(book([*ROW[:3], 7, 8], head=head)))
        .context["review"]
        .new[0]["summary"]
        == "总户数 7，总人口 8"
    )


def test_two_columns_of_one_meaning_are_refused(clerk, send):
    upload = send(book(ROW))
    form = {
        "column-2": "unit.name",
        "column-3": "profile.households",
        "column-4": "profile.households",
    }
    answer = clerk.post(reverse("surveys:columns", args=[upload.pk, 0]), form)
    assert (answer.status_code, "选了同一项内容" in page_text(answer)) == (422, True)


def test_sheet_without_any_column_is_refused_and_keeps_its_reading(clerk, send):
    upload = send(book(ROW))
    assert clerk.post(reverse("surveys:columns", args=[upload.pk, 0]), {}).status_code == 422
    assert not Layout.objects.exists()


# Back


def test_marked_workbook_colours_what_waits_and_what_is_asked(clerk, send):
    upload = send(
        book(["", "骅东街道", "育英社区", 1200, 3600, ""], [*ROW[:3], "约一千", 3600, ""])
    )
    answer = clerk.get(reverse("surveys:marked", args=[upload.pk]))
    sheet = load_workbook(BytesIO(answer.content)).active
    colours = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert colours == {"C2": "00F6B9B4", "D3": "00FFE08A"}
    assert sheet["C2"].comment.text.startswith("名单里没有“育英社区”")


def test_marked_workbook_put_right_loses_its_marks(clerk, send):
    upload = send(book([*ROW[:3], "约一千", 3600, ""], ["", "骅东街道", "育英社区", 1, 1, ""]))
    post_to(
        clerk,
        "decisions",
        upload,
        **{
            "line": "0",
            "place-0": "社区基本情况!D2",
            "cell-0": "社区基本情况!D2",
            "value-0": "1000",
        },
    )
    first = clerk.get(reverse("surveys:marked", args=[upload.pk])).content
    second = load_workbook(BytesIO(first))
    assert (second.active["D2"].value, second.active["D2"].comment) == (1000, None)
    second.active["C3"].value, second.active["D2"].value = "东昊社区", "约一千"
    out = BytesIO()
    second.save(out)
    again = clerk.get(reverse("surveys:marked", args=[send(out.getvalue()).pk])).content
    sheet = load_workbook(BytesIO(again)).active
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["D2"]


def test_xls_cannot_be_marked_and_says_so(clerk, send):
    with open("tests/data/survey_2022_29_messy_1.xls", "rb") as file:
        upload = send(file.read(), "旧表.xls")
    answer = clerk.get(reverse("surveys:marked", args=[upload.pk]))
    assert (answer.status_code, "另存为 .xlsx" in page_text(answer)) == (422, True)


def test_original_comes_back_byte_by_byte(clerk, send):
    content = book(ROW)
    answer = clerk.get(reverse("surveys:original", args=[send(content).pk]))
    assert answer.content == content
