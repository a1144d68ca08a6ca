"""The list of units as an Excel sheet of the back room: in after a preview, out safe to open."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEntry
from communities.models import Unit

URL = "/admin/communities/unit/"
HEADER = ["区划代码", "名称", "层级", "上级代码", "类型"]
GOOD = ["130983001030", "新苑社区", "社区", "130983001000", "居委会"]


@pytest.fixture
def back_room(as_user, admin):
    return as_user(admin)


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "units.xlsx"
    return file


def preview(client, *rows):
    return client.post(
        f"{URL}import/", {"import_file": sheet(*rows), "format": "0", "resource": ""}
    )


def confirm(client, response):
    return client.post(
        f"{URL}process_import/", response.context["confirm_form"].initial, follow=True
    )


def invalid(response):
    """{line: sentences} of the preview."""
    return {row.number: row.error.messages for row in response.context["result"].invalid_rows}


def test_good_and_bad_row_together_write_nothing(back_room, units):
    bad = ["130983001031", "乙社区", "社区", "130999001000", "居委会"]
    response = preview(back_room, HEADER, GOOD, bad)
    sentence = "系统里没有代码为 130999001000 的上级；新的上级请写在它的下级之前。"
    assert invalid(response)[3][0] == sentence
    assert sentence in response.content.decode()
    assert "confirm_form" not in response.context
    assert (Unit.objects.count(), AuditEntry.objects.count()) == (len(units), 0)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            ["13098300", "甲", 7, "130983001"],
            "层级“7”不认识，应为 1 省、2 市、3 区县、4 街道、5 社区、6 网格。",
        ),
        (["130983001030", "甲社区", 5, "130983001016"], "社区不能放在社区下面，上级的层级应更高。"),
        (["130983001030", "甲社区", 5, "130983001", "镇"], "社区一级没有“镇”这种类型。"),
        (["130983001030", "育才社区居民委员会", 5, "130983001"], "同一上级下已有同名单位。"),
        (
            ["1.30983E+11", "甲社区", 5, "130983001"],
            "区划代码“1.30983E+11”被表格软件改成了科学计数法，末几位已丢失；请把该列设为文本后重填。",
        ),
    ],
)
def test_bad_row_has_a_sentence(row, sentence, back_room, units):
    assert sentence in invalid(preview(back_room, HEADER, row))[2]


def test_import_writes_path_kind_and_trail(back_room, units, street_a, admin):
    rows = [
        HEADER,
        ["130983009", "新街道", 4, "130983", None],
        ["130983009001", "新苑社区", 5, "130983009", "居委会"],
        [None] * 5,
    ]
    preview_page = preview(back_room, *rows)
    assert Unit.objects.count() == len(units)
    confirm(back_room, preview_page)
    street, unit = Unit.objects.get(name="新街道"), Unit.objects.get(name="新苑社区")
    assert (street.kind, unit.kind, unit.path) == (
        "street",
        "community",
        f"{street.path}{unit.pk}/",
    )
    assert list(AuditEntry.objects.values_list("by", "verb", "what", "path")) == [
        (admin.pk, "新增单位", "新苑社区", unit.path),
        (admin.pk, "新增单位", "新街道", street.path),
    ]


def test_rename_by_sheet_keeps_what_is_blank(back_room, units, street_a):
    confirm(back_room, preview(back_room, HEADER, ["130983001", "骅东新街道", 4, None, None]))
    street_a.refresh_from_db()
    assert (street_a.name, street_a.kind, street_a.parent.name) == (
        "骅东新街道",
        "street",
        "黄骅市",
    )
    assert AuditEntry.objects.get().changes == {"名称": ["骅东街道", "骅东新街道"]}


def test_missing_column_is_named_once_without_the_programs_insides(back_room, units):
    page = preview(back_room, ["区划代码", "名称"], ["130983001030", "甲社区"]).content.decode()
    assert (
        page.count(
            "第 1 行没有这些列名：层级、上级代码。表头应为：区划代码、名称、层级、上级代码。"
        )
        == 1
    )
    assert "Traceback" not in page


def test_too_many_rows_are_sent_to_the_command(back_room, units, monkeypatch):
    monkeypatch.setattr("communities.resources.MAX_ROWS", 1)
    page = preview(back_room, HEADER, GOOD, GOOD).content.decode()
    assert "这里一次最多导入 1 行，这个表有 2 行；请分次，或用命令 load_units。" in page


def test_tree_changed_between_preview_and_confirmation(back_room, units, street_a):
    page = preview(back_room, HEADER, GOOD)
    Unit.objects.create(
        name="新苑社区", level=5, kind="community", parent=street_a, code="130983001088"
    )
    done = confirm(back_room, page)
    assert [str(message) for message in done.context["messages"]] == [
        "预览之后单位有变动，这次没有写入任何行；请重新上传查看。"
    ]
    assert Unit.objects.count() == len(units) + 1
    assert AuditEntry.objects.count() == 0


def export(client):
    fields = ["code", "name", "level", "parent_code", "kind", "opened_on", "closed_on"]
    data = {"format": "0", "resource": "0"} | {f"unitresource_{name}": "on" for name in fields}
    response = client.post(f"{URL}export/", data)
    return load_workbook(io.BytesIO(response.content)).active


def test_export_has_chinese_headers_and_labels(back_room, units):
    rows = list(export(back_room).iter_rows(values_only=True))
    assert rows[0] == ("区划代码", "名称", "层级", "上级代码", "类型", "设立日期", "撤销日期")
    assert rows[3][:5] == ("130983000000", "黄骅市", "区县", "130900000000", "县级市")
    assert len(rows) == len(units) + 1


def test_export_comes_back_in_unchanged(back_room, units):
    rows = list(export(back_room).iter_rows(values_only=True))
    result = preview(back_room, *rows).context["result"]
    assert dict(result.totals)["skip"] == len(units)


def test_export_holds_no_formula(back_room, street_a):
    Unit.objects.create(name="=1+1", level=5, kind="community", parent=street_a)
    cells = [cell for row in export(back_room) for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert "1+1" in [cell.value for cell in cells]
