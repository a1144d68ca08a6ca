"""The workbook in the browser: down, up, decided on, applied once, taken back."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from residents.models import Profile
from surveys.models import Layout, Upload
from surveys.workbook import write_workbook
from tests.factories import AssignmentFactory, ProfileFactory, WorkerFactory
from tests.surveys.books import HEAD, ROW, book


@pytest.fixture
def street_filing(round_2022, street_a):
    return round_2022.filings.get(unit=street_a)


@pytest.fixture
def clerk(as_user, clerk_a, street_filing):
    return as_user(clerk_a)


@pytest.fixture
def send(clerk, street_filing):
    """`send(content)`: the upload made of a file that the clerk of street A sends."""

    def sent(content, name="调查表.xlsx"):
        answer = clerk.post(
            reverse("surveys:uploads", args=[street_filing.pk]),
            {"file": SimpleUploadedFile(name, content)},
        )
        assert answer.status_code == 302, answer.content.decode()
        return Upload.objects.get(pk=int(answer.url.strip("/").rpartition("/")[2]))

    return sent


def page(client, upload, **query):
    return client.get(reverse("surveys:upload", args=[upload.pk]), query)


def text(answer):
    return answer.content.decode()


def do(client, what, upload, **form):
    return client.post(reverse(f"surveys:{what}", args=[upload.pk]), form)


def apply(client, upload, **more):
    seen = page(client, upload).context["review"].seen
    return do(client, "apply", upload, seen=seen, **more)


# Download


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
    assert "文件里的内容与系统中的数据一致" in text(page(clerk, upload))


def test_page_of_an_applied_upload_tells_its_course(clerk, send):
    upload = send(book(ROW))
    apply(clerk, upload)
    do(clerk, "undo", upload)
    course = page(clerk, upload).context["course"]
    assert [line.entry.verb for line in course] == ["撤销导入", "导入工作簿", "上传工作簿"]


# Sending in


def test_page_says_what_is_new_and_stores_nothing(clerk, send):
    upload = send(book(ROW))
    review = page(clerk, upload).context["review"]
    assert review.sections == [
        {"label": "基本情况", "new": 1, "changed": 0, "same": 0, "absent": 0}
    ]
    assert review.new[0]["unit"] == "育才社区"
    assert review.new[0]["summary"] == "总户数 1200，总人口 3600"
    assert not Profile.objects.exists()


def test_page_says_what_changes_cell_by_cell(clerk, send, filing_a):
    ProfileFactory(filing=filing_a, households=1100, residents=3600)
    upload = send(book(ROW))
    (line,) = page(clerk, upload).context["review"].changed
    assert [line[key] for key in ("unit", "field", "old", "new", "measure")] == [
        "育才社区",
        "总户数",
        "1,100",
        "1,200",
        "户",
    ]


def test_same_file_sent_twice_is_one_upload(send):
    content = book(ROW)
    assert send(content) == send(content)
    assert AuditEntry.objects.filter(verb="上传工作簿").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.4", "这是 PDF 文件，不是工作簿。"),
        (b"", "没有选择文件"),
        (b"PK\x03\x04broken", "文件不完整"),
    ],
)
def test_file_that_cannot_be_read_ends_in_a_sentence_on_the_page(
    content, sentence, clerk, street_filing
):
    form = {"file": SimpleUploadedFile("表.xlsx", content)} if content else {}
    answer = clerk.post(reverse("surveys:uploads", args=[street_filing.pk]), form)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Upload.objects.exists()


def test_original_gone_from_the_disk_is_said(clerk, send):
    upload = send(book(ROW))
    upload.file.delete(save=False)
    answer = page(clerk, upload)
    assert (answer.status_code, "请重新上传" in text(answer)) == (422, True)


# Decisions


def test_unknown_unit_is_chosen_on_the_page_and_applied(clerk, send):
    upload = send(book(["", "骅东街道", "育英社区", 1200, 3600, ""]))
    review = page(clerk, upload).context["review"]
    (item,) = review.must
    assert (item.place, [node.name for node in item.suggested]) == (
        "社区基本情况!C2",
        ["育才社区", "东昊社区"],
    )
    form = {
        "line": "0",
        "place-0": item.out_place,
        "cell-0": item.value_place,
        "how-0": "130983001016",
    }
    assert do(clerk, "decisions", upload, **form).status_code == 302
    assert "是育才社区（130983001016）" in text(page(clerk, upload))
    apply(clerk, upload)
    assert Profile.objects.get().filing.name == "育才社区"


def test_value_given_on_the_page_takes_the_place_of_the_cell(clerk, send, filing_a):
    upload = send(book([*ROW[:3], "约一千二", *ROW[4:]]))
    (item,) = page(clerk, upload).context["review"].ask
    form = {"line": "0", "place-0": item.place, "cell-0": item.value_place, "value-0": "1200"}
    do(clerk, "decisions", upload, **form)
    upload.refresh_from_db()
    assert upload.decisions == {"社区基本情况!D2": {"value": "1200"}}
    assert page(clerk, upload).context["review"].ask == []
    assert AuditEntry.objects.get(verb="处理上传内容").changes == {
        "社区基本情况!D2": [None, {"value": "1200"}]
    }


def test_decision_is_taken_back(clerk, send):
    upload = send(book(["", "骅东街道", "育英社区", 1200, 3600, ""]))
    do(clerk, "decisions", upload, **{"line": "0", "place-0": "社区基本情况!C2", "how-0": "out"})
    assert page(clerk, upload).context["review"].must == []
    do(clerk, "decisions", upload, drop="社区基本情况!C2")
    assert len(page(clerk, upload).context["review"].must) == 1


def test_rows_of_other_streets_are_left_out_in_one_go(clerk, send):
    other = ["130983002014", "骅中街道", "平安社区", 1, 1, ""]
    upload = send(book(ROW, other))
    assert page(clerk, upload).context["review"].outside_by_sheet == [
        ("社区基本情况", 1, ["平安社区"])
    ]
    do(clerk, "decisions", upload, outside="1")
    assert page(clerk, upload).context["review"].undecided == []


def test_two_of_one_name_are_left_out_by_the_row(clerk, send, filing_a):
    WorkerFactory(filing=filing_a, name="王芳", born="1970")
    WorkerFactory(filing=filing_a, name="王芳", born="1980")
    rows = [1, "骅东街道", "育才社区", "王芳", "女", "专职"]
    upload = send(book(rows, head=["序号", "街道", "社区名称", "姓名", "性别", "职务"]))
    (item,) = page(clerk, upload).context["review"].must
    do(clerk, "decisions", upload, **{"line": "0", "place-0": item.out_place, "how-0": "out"})
    assert page(clerk, upload).context["review"].must == []


# Columns


def test_column_corrected_once_is_read_so_at_once_and_next_time(clerk, send, street_a):
    head = [*HEAD[:3], "甲乙", "总人口"]
    upload = send(book(ROW[:5], head=head))
    sheet = page(clerk, upload).context["review"].sheets[0][0]
    form = {f"column-{at}": sheet.mapping.get(label, "") for at, label in enumerate(sheet.columns)}
    address = reverse("surveys:columns", args=[upload.pk, 0])
    assert "甲乙" in text(clerk.get(address))
    clerk.post(address, form | {"column-3": "profile.households"})
    assert page(clerk, upload).context["review"].new[0]["summary"] == "总户数 1200，总人口 3600"
    assert Layout.objects.get().unit == street_a
    assert (
        page(clerk, send(book([*ROW[:3], 7, 8], head=head))).context["review"].new[0]["summary"]
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
    assert (answer.status_code, "选了同一项内容" in text(answer)) == (422, True)


def test_sheet_without_any_column_is_refused_and_keeps_its_reading(clerk, send):
    upload = send(book(ROW))
    assert clerk.post(reverse("surveys:columns", args=[upload.pk, 0]), {}).status_code == 422
    assert not Layout.objects.exists()


# Marked


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
    do(
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
    assert (answer.status_code, "另存为 .xlsx" in text(answer)) == (422, True)


# Applying and undoing


def test_applied_as_a_whole_once_and_shown_with_its_filings(clerk, send, filing_a):
    upload = send(book(ROW))
    seen = page(clerk, upload).context["review"].seen
    first, second = (do(clerk, "apply", upload, seen=seen) for _ in range(2))
    assert (first.status_code, second.status_code, Profile.objects.count()) == (302, 302, 1)
    answer = page(clerk, upload)
    assert reverse("reports:filing", args=[filing_a.pk]) in text(answer)
    assert AuditEntry.objects.filter(verb="导入工作簿", target=f"upload:{upload.pk}").count() == 1


def test_undecided_row_stops_all_unless_left_out(clerk, send):
    upload = send(book(ROW, ["", "骅东街道", "育英社区", 1, 1, ""]))
    assert "全部入库（还有 1 处要决定）" in text(page(clerk, upload))
    assert (apply(clerk, upload).status_code, Profile.objects.count()) == (409, 0)
    assert (apply(clerk, upload, leave_out="1").status_code, Profile.objects.count()) == (302, 1)


def test_what_was_not_seen_is_not_applied(clerk, send, filing_a):
    upload = send(book(ROW))
    seen = page(clerk, upload).context["review"].seen
    ProfileFactory(filing=filing_a, households=999)
    answer = do(clerk, "apply", upload, seen=seen)
    assert (answer.status_code, "请再看一遍" in text(answer)) == (409, True)
    assert Profile.objects.get().households == 999


def test_upload_is_undone(clerk, send):
    upload = send(book(ROW))
    apply(clerk, upload)
    assert do(clerk, "undo", upload).status_code == 302
    assert not Profile.objects.exists()
    assert "已撤销" in text(page(clerk, upload))
    assert do(clerk, "undo", upload).status_code == 302


def test_undo_after_an_edit_names_what_was_edited(clerk, send):
    upload = send(book(ROW))
    apply(clerk, upload)
    Profile.objects.update(households=1)
    answer = do(clerk, "undo", upload)
    assert (answer.status_code, "入库后有 1 条记录又被改过" in text(answer)) == (409, True)


# Who


@pytest.mark.parametrize(
    ("role", "look", "act", "file"),
    [
        ("clerk_a", 200, 302, 200),
        ("district_reviewer", 200, 403, 403),
        ("viewer", 200, 403, 403),
        ("clerk_b", 404, 404, 404),
        ("stranger", 404, 403, 403),
    ],
)
def test_clerks_of_the_area_act_others_inside_look(role, look, act, file, send, as_user, request):
    upload = send(book(ROW))
    client = as_user(request.getfixturevalue(role))
    assert page(client, upload).status_code == look
    assert client.get(reverse("surveys:columns", args=[upload.pk, 0])).status_code == look
    assert [
        client.get(reverse(f"surveys:{name}", args=[upload.pk])).status_code
        for name in ("original", "marked")
    ] == [file] * 2
    assert do(client, "decisions", upload, drop="x").status_code == act


def test_clerk_elsewhere_who_may_only_look_here_is_refused(send, as_user, clerk_b, street_a):
    AssignmentFactory(user=clerk_b, unit=street_a, role="viewer")
    upload, client = send(book(ROW)), as_user(clerk_b)
    client.force_login(clerk_b)
    assert page(client, upload).status_code == 200
    for what in ("decisions", "apply", "undo"):
        assert do(client, what, upload).status_code == 403


def test_original_comes_back_byte_by_byte(clerk, send):
    content = book(ROW)
    answer = clerk.get(reverse("surveys:original", args=[send(content).pk]))
    assert answer.content == content


# The list


def test_list_costs_the_same_for_one_and_for_three(
    clerk, send, street_filing, django_assert_num_queries
):
    address = reverse("surveys:uploads", args=[street_filing.pk])
    send(book(ROW))
    clerk.get(address)
    with django_assert_num_queries(8):
        clerk.get(address)
    send(book([*ROW[:3], 1, 2, ""]))
    send(book([*ROW[:3], 3, 4, ""]))
    with django_assert_num_queries(8):
        assert text(clerk.get(address)).count("继续核对") == 3


def test_page_of_an_upload_costs_the_same_for_one_row_and_for_three(
    clerk, send, neighbour_a, django_assert_num_queries
):
    one, three = (
        send(book(ROW)),
        send(book(ROW, ["", "骅东街道", "东昊社区", 1, 2, ""], ["", "骅东街道", "未知", 1, 2, ""])),
    )
    page(clerk, one)
    for upload in (one, three):
        with django_assert_num_queries(10):
            page(clerk, upload)
