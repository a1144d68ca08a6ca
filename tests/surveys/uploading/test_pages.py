"""A workbook sent in by the browser: what its page says, decided on, applied once, taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from residents.models import Profile
from surveys.models import Upload
from tests.factories import AssignmentFactory, ProfileFactory, WorkerFactory
from tests.surveys.uploading.books import ROW, book
from tests.surveys.uploading.visiting import page_text, post_apply, post_to, upload_page


def test_page_of_an_applied_upload_tells_its_course(clerk, send):
    upload = send(book(ROW))
    post_apply(clerk, upload)
    post_to(clerk, "undo", upload)
    course = upload_page(clerk, upload).context["course"]
    assert [line.entry.verb for line in course] == ["撤销导入", "导入工作簿", "上传工作簿"]


# Sending in


def test_page_says_what_is_new_and_stores_nothing(clerk, send):
    upload = send(book(ROW))
    review = upload_page(clerk, upload).context["review"]
    assert review.sections == [
        {"label": "基本情况", "new": 1, "changed": 0, "same": 0, "absent": 0}
    ]
    assert review.new[0]["unit"] == "育才社区"
    assert review.new[0]["summary"] == "总户数 1200，总人口 3600"
    assert not Profile.objects.exists()


def test_page_says_what_changes_cell_by_cell(clerk, send, filing_a):
    ProfileFactory(filing=filing_a, households=1100, residents=3600)
    upload = send(book(ROW))
    (line,) = upload_page(clerk, upload).context["review"].changed
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
    assert (answer.status_code, sentence in page_text(answer)) == (422, True)
    assert not Upload.objects.exists()


def test_original_gone_from_the_disk_is_said(clerk, send):
    upload = send(book(ROW))
    upload.file.delete(save=False)
    answer = upload_page(clerk, upload)
    assert (answer.status_code, "请重新上传" in page_text(answer)) == (422, True)


# Decisions


def test_unknown_unit_is_chosen_on_the_page_and_applied(clerk, send):
    upload = send(book(["", "骅东街道", "育英社区", 1200, 3600, ""]))
    review = upload_page(clerk, upload).context["review"]
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
    assert post_to(clerk, "decisions", upload, **form).status_code == 302
    assert "是育才社区（130983001016）" in page_text(upload_page(clerk, upload))
    post_apply(clerk, upload)
    assert Profile.objects.get().filing.name == "育才社区"


def test_value_given_on_the_page_takes_the_place_of_the_cell(clerk, send, filing_a):
    upload = send(book([*ROW[:3], "约一千二", *ROW[4:]]))
    (item,) = upload_page(clerk, upload).context["review"].ask
    form = {"line": "0", "place-0": item.place, "cell-0": item.value_place, "value-0": "1200"}
    post_to(clerk, "decisions", upload, **form)
    upload.refresh_from_db()
    assert upload.decisions == {"社区基本情况!D2": {"value": "1200"}}
    assert upload_page(clerk, upload).context["review"].ask == []
    assert AuditEntry.objects.get(verb="处理上传内容").changes == {
        "社区基本情况!D2": [None, {"value": "1200"}]
    }


def test_decision_is_taken_back(clerk, send):
    upload = send(book(["", "骅东街道", "育英社区", 1200, 3600, ""]))
    post_to(
        clerk, "decisions", upload, **{"line": "0", "place-0": "社区基本情况!C2", "how-0": "out"}
    )
    assert upload_page(clerk, upload).context["review"].must == []
    post_to(clerk, "decisions", upload, drop="社区基本情况!C2")
    assert len(upload_page(clerk, upload).context["review"].must) == 1


def test_rows_of_other_streets_are_left_out_in_one_go(clerk, send):
    other = ["130983002014", "骅中街道", "平安社区", 1, 1, ""]
    upload = send(book(ROW, other))
    assert upload_page(clerk, upload).context["review"].outside_by_sheet == [
        ("社区基本情况", 1, ["平安社区"])
    ]
    post_to(clerk, "decisions", upload, outside="1")
    assert upload_page(clerk, upload).context["review"].undecided == []


def test_two_of_one_name_are_left_out_by_the_row(clerk, send, filing_a):
    WorkerFactory(filing=filing_a, name="王芳", born="1970")
    WorkerFactory(filing=filing_a, name="王芳", born="1980")
    rows = [1, "骅东街道", "育才社区", "王芳", "女", "专职"]
    upload = send(book(rows, head=["序号", "街道", "社区名称", "姓名", "性别", "职务"]))
    (item,) = upload_page(clerk, upload).context["review"].must
    post_to(clerk, "decisions", upload, **{"line": "0", "place-0": item.out_place, "how-0": "out"})
    assert upload_page(clerk, upload).context["review"].must == []


# Applying and undoing


def test_applied_as_a_whole_once_and_shown_with_its_filings(clerk, send, filing_a):
    upload = send(book(ROW))
    seen = upload_page(clerk, upload).context["review"].seen
    first, second = (post_to(clerk, "apply", upload, seen=seen) for _ in range(2))
    assert (first.status_code, second.status_code, Profile.objects.count()) == (302, 302, 1)
    answer = upload_page(clerk, upload)
    assert reverse("reports:filing", args=[filing_a.pk]) in page_text(answer)
    assert AuditEntry.objects.filter(verb="导入工作簿", target=f"upload:{upload.pk}").count() == 1


def test_undecided_row_stops_all_unless_left_out(clerk, send):
    upload = send(book(ROW, ["", "骅东街道", "育英社区", 1, 1, ""]))
    assert "全部入库（还有 1 处要决定）" in page_text(upload_page(clerk, upload))
    assert (post_apply(clerk, upload).status_code, Profile.objects.count()) == (409, 0)
    assert (post_apply(clerk, upload, leave_out="1").status_code, Profile.objects.count()) == (
        302,
        1,
    )


def test_what_was_not_seen_is_not_applied(clerk, send, filing_a):
    upload = send(book(ROW))
    seen = upload_page(clerk, upload).context["review"].seen
    ProfileFactory(filing=filing_a, households=999)
    answer = post_to(clerk, "apply", upload, seen=seen)
    assert (answer.status_code, "请再看一遍" in page_text(answer)) == (409, True)
    assert Profile.objects.get().households == 999


def test_upload_is_undone(clerk, send):
    upload = send(book(ROW))
    post_apply(clerk, upload)
    assert post_to(clerk, "undo", upload).status_code == 302
    assert not Profile.objects.exists()
    assert "已撤销" in page_text(upload_page(clerk, upload))
    assert post_to(clerk, "undo", upload).status_code == 302


def test_undo_after_an_edit_names_what_was_edited(clerk, send):
    upload = send(book(ROW))
    post_apply(clerk, upload)
    Profile.objects.update(households=1)
    answer = post_to(clerk, "undo", upload)
    assert (answer.status_code, "入库后有 1 条记录又被改过" in page_text(answer)) == (409, True)


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
    assert upload_page(client, upload).status_code == look
    assert client.get(reverse("surveys:columns", args=[upload.pk, 0])).status_code == look
    assert [
        client.get(reverse(f"surveys:{name}", args=[upload.pk])).status_code
        for name in ("original", "marked")
    ] == [file] * 2
    assert post_to(client, "decisions", upload, drop="x").status_code == act


def test_clerk_elsewhere_who_may_only_look_here_is_refused(send, as_user, clerk_b, street_a):
    AssignmentFactory(user=clerk_b, unit=street_a, role="viewer")
    upload, client = send(book(ROW)), as_user(clerk_b)
    client.force_login(clerk_b)
    assert upload_page(client, upload).status_code == 200
    for what in ("decisions", "apply", "undo"):
        assert post_to(client, what, upload).status_code == 403


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
        assert page_text(clerk.get(address)).count("继续核对") == 3


def test_page_of_an_upload_costs_the_same_for_one_row_and_for_three(
    clerk, send, neighbour_a, django_assert_num_queries
):
    one, three = (
        send(book(ROW)),
        send(book(ROW, ["", "骅东街道", "东昊社区", 1, 2, ""], ["", "骅东街道", "未知", 1, 2, ""])),
    )
    upload_page(clerk, one)
    for upload in (one, three):
        with django_assert_num_queries(10):
            upload_page(clerk, upload)
