"""The first sheet: what to fill in, what is locked, what blank and zero mean, by when,
and whom to ask.
"""

from django.utils import timezone

from communities.models import Assignment, Role
from surveys.workbook.cells import FAINT, TITLE, WORD, Brush
from surveys.workbook.layout import set_up_page
from surveys.workbook.marker import COVER

MOST_NAMED = 12
LINES = (
    "白格填写，灰格锁定（区划代码、街道、单位）。已有内容是系统中的现有数据，有变化的直接改。",
    "空白表示不清楚，0 表示没有，请勿混用。清空一格，系统中该项即为空白。",
    "数字按表头下一行的单位填写，金额填“元”，不填“万元”；日期写成 2004、2004-08 或 2004-08-15。",
    "新增的在表末空行填写，街道、单位从下拉列表中选（街道机关的人员选街道本身）；删去一行，系统中的记录仍保留。",
    "请勿改动工作表名和表头。电话中的“****”是隐去的数字，号码未变的不要动，变了的填完整号码。",
)


def adviser_names(round):
    """Who reviews the round for the unit that opened it: 「张三、李四（黄骅市）」, or just the unit."""
    reviewers = Assignment.objects.filter(
        unit=round.unit_id, role=Role.REVIEWER, user__is_active=True
    )
    names = reviewers.order_by("pk").values_list("user__name", flat=True)
    joined = "、".join(names)
    return f"{joined}（{round.unit.name}）" if joined else round.unit.name


def cover_facts(round, unit, closed):
    """The lines above the rules."""
    due = timezone.localtime(round.due_for(unit.level))
    yield "填报期", round.title
    yield "填报范围", unit.name
    yield "基准日", f"{round.reference_date:%Y年%-m月%-d日}的情况"
    yield "截止时间", f"{due:%Y年%-m月%-d日 %H:%M}"
    yield "制表日期", f"{timezone.localdate():%Y年%-m月%-d日}"
    yield "有疑问请问", adviser_names(round)
    if closed:
        names = "、".join(closed[:MOST_NAMED])
        if len(closed) > MOST_NAMED:
            names += f"等 {len(closed)} 个单位"
        yield "不在表内", f"{names}（已报送或已审定，要改须先退回）"


def write_cover(book, round, unit, marker, closed):
    """Write the first sheet: two columns, nothing merged;
    by the last line the system knows its own workbook.
    """
    sheet = book.create_sheet(COVER)
    sheet.protection.sheet = True
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 96
    set_up_page(sheet, f"{unit.name} {round.title}")
    brush = Brush(sheet)
    sheet.append([brush.cell("社区调查填报表", TITLE)])
    sheet.append([])
    blank = (None, None)
    rules = [(f"说明 {at}", line) for at, line in enumerate(LINES, 1)]
    for label, text in [*cover_facts(round, unit, closed), blank, *rules]:
        sheet.append([brush.cell(label, WORD), brush.cell(text, WORD)])
    sheet.append([])
    sheet.append([None, brush.cell(str(marker), FAINT)])
