"""一社区一档: one community on one or two pages: facts, bodies, staff, rooms, money, and the standards it misses."""

from collections import defaultdict

from communities.bulk import in_chunks
from communities.models import Level
from documents import layout
from documents.papers import blocks
from reports.engine.compliance import Verdict, binding_standards, judge_filings
from reports.engine.measures import all_measures
from reports.trend.course import KEY, courses
from reports.verdict_text import format_value, gap_text, required_text
from surveys.actions.opening import period_label
from surveys.export.table import sees_persons
from surveys.extras import round_sections
from surveys.models import Filing, Remark
from surveys.number_text import format_number
from surveys.paper import paper, sheet, stored
from surveys.workbook.masking import mask_name

NAMES = {"姓名", "书记", "网格员"}  # labels of columns in which a person is named
WIDEST, PAIRS, MOST = 9, 4, 24
BLANKS = {"blank": "未填", "asked": "待核实", "reason": "", "optional": "", "known": ""}


def area_communities(filing):
    """The communities of an area, itself included where it is one, in the order of their list."""
    found = Filing.objects.within(filing).filter(round=filing.round_id).communities()
    return found.select_related("round", "parent", "district").order_by(
        "parent__code", "code", "path"
    )


def write_communities(made, filings, *, by, tick=lambda done: None, new_page=False):
    """Write each of these communities of one round on pages of its own; `new_page` the first one too."""
    standards = binding_standards(filings[0].round, root_filing(filings)) if filings else []
    done = 0
    for part in in_chunks(filings, 100):
        verdicts = judge_filings(part, standards)
        pks = [pk for f in part for pk in (f.pk, f.previous_id) if pk]
        table, remarks, past = (
            stored(part[0].round, pks),
            remarks_by_filing(part),
            courses(part, by),
        )
        for filing in part:
            tick(done)
            done += 1
            sheets = [
                sheet(s, filing, table, remarks[filing.pk])
                for s in round_sections(filing.round)
                if filing.level in s.levels
            ]
            write_sheets(made, filing, sheets, by=by, new_page=new_page or done > 1)
            write_key_figures(made, past.get(filing.unit_id, []))
            write_verdicts(made, standards, verdicts.get(filing.pk, {}))


def write_paper_of(made, filing, *, by):
    """Write one community; of an upper unit what it reports itself."""
    if filing.level >= Level.COMMUNITY:
        return write_communities(made, [filing], by=by)
    sheets, _ = paper(filing)
    return write_sheets(made, filing, sheets, by=by, new_page=False)


def root_filing(filings):
    """What the standards bind: the whole round."""
    return Filing.objects.get(round=filings[0].round_id, parent=None)


def remarks_by_filing(filings):
    found = defaultdict(list)
    for remark in Remark.objects.filter(filing__in=filings).select_related("by").order_by("pk"):
        found[remark.filing_id].append(remark)
    return found


def write_sheets(made, filing, sheets, *, by, new_page):
    """Whose paper it is, and what the unit said, section by section."""
    blocks.add_line(made, f"{filing.name}档案", layout.TITLE, new_page=new_page)
    blocks.add_line(made, " · ".join(filter(None, about_filing(filing))), layout.SMALL)
    hide = not sees_persons(by, filing.path)
    said = [each for each in sheets if has_answers(each)]
    for each in said:
        if each.single:
            write_single_record(made, each)
        else:
            write_roster(made, each, hide=hide)
    if empty := "、".join(each.label for each in sheets if each not in said):
        blocks.add_line(made, f"没有填报：{empty}。", layout.SMALL)


def has_answers(sheet):
    return any(cell.text for row in sheet.rows for cell in row) or bool(sheet.served_by)


def about_filing(filing):
    """Whose it is, as of when, and whether somebody has approved it."""
    day = filing.round.reference_date
    yield filing.parent.name if filing.parent else ""
    yield f"代码 {filing.code}" if filing.code else ""
    yield filing.get_kind_display()
    yield filing.get_governance_display() if filing.governance else ""
    yield f"数据截至 {day.year} 年 {day.month} 月 {day.day} 日"
    yield f"{filing.get_status_display()}{'' if filing.status == 'approved' else '，未经审定'}"


def answer_text(cell):
    """An answer with its unit, or that there is none and whether one is asked for."""
    if not cell.text:
        return cell.why if cell.state == "reason" else BLANKS[cell.state]
    return f"{cell.text} {cell.unit}".strip() if cell.numeric else cell.text


def write_single_record(made, sheet):
    """A section of one record: label and answer, four pairs a line; what nobody asks and nobody says is left out."""
    blocks.add_line(made, sheet.label, blocks.HEADING)
    pairs = [
        (cell.label, answer_text(cell))
        for cell in sheet.cells
        if cell.text or cell.state != "optional"
    ]
    pairs += [("", "")] * (-len(pairs) % PAIRS)
    rows = [
        [text for pair in pairs[at : at + PAIRS] for text in pair]
        for at in range(0, len(pairs), PAIRS)
    ]
    blocks.add_paper_table(made, [5, 4] * PAIRS, rows, heads=0)


def write_roster(made, sheet, *, hide):
    """A section of several records: the columns in which somebody said something, the first nine of them."""
    blocks.add_line(
        made, f"{sheet.label}（{len(sheet.rows)}）" if sheet.rows else sheet.label, blocks.HEADING
    )
    used = [at for at in range(len(sheet.heads)) if any(row[at].text for row in sheet.rows)][
        :WIDEST
    ]
    if used:
        head = [
            sheet.heads[at][0] + (f"（{sheet.heads[at][1]}）" if sheet.heads[at][1] else "")
            for at in used
        ]
        rows = [[roster_text(row[at], hide=hide) for at in used] for row in sheet.rows[:MOST]]
        blocks.add_paper_table(
            made, [roster_column_width(head, rows, n) for n in range(len(used))], [head, *rows]
        )
    if len(sheet.rows) > MOST:
        blocks.add_line(made, f"另有 {len(sheet.rows) - MOST} 行，见调查表。", layout.SMALL)
    for organisation, host in sheet.served_by:
        blocks.add_line(made, f"另由{host}的{organisation}覆盖。", layout.SMALL)


def roster_text(cell, *, hide):
    text = cell.text or answer_text(cell)
    return mask_name(text) if hide and cell.text and cell.label in NAMES else text


def roster_column_width(head, rows, at):
    """How much room a column needs beside the others."""
    return min(max(4, *(len(row[at]) for row in rows), len(head[at]) * 2 // 3 + 1), 14)


def write_key_figures(made, rounds):
    """The key figures of the last rounds side by side; nothing where this is the first."""
    if len(rounds) < 2:
        return
    blocks.add_line(made, "各期变化", blocks.HEADING)
    head = ["指标", *(period_label(period) for period, _ in rounds)]
    known = [all_measures()[name] for name in KEY]
    rows = [
        [
            f"{each.label}（{each.unit}）",
            *(key_figure_text(values[each.name]) for _, values in rounds),
        ]
        for each in known
    ]
    blocks.add_paper_table(
        made,
        [5] + [3] * len(rounds),
        [head, *rows],
        sides=[blocks.LEFT] + [blocks.RIGHT] * len(rounds),
    )


def key_figure_text(value):
    return "未填" if value is None else format_number(value)


def write_verdicts(made, standards, verdicts):
    """What it misses and by how much, what cannot be judged; what it meets is counted."""
    blocks.add_line(made, "达标情况", blocks.HEADING)
    judged = [
        (s, verdicts[s.code]) for s in standards if s.code in verdicts and s.parent_id is None
    ]
    counts = {state: sum(j.verdict == state for _, j in judged) for state in Verdict}
    met, unmet, unknown = (counts[state] for state in (Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN))
    blocks.add_line(made, f"达标 {met} 项，未达标 {unmet} 项，缺数 {unknown} 项。", layout.SMALL)
    bad = [(s, j) for s, j in judged if j.verdict == Verdict.UNMET]
    if bad:
        rows = [
            [s.name, required_text(s, j), format_value(j.actual, s.unit), gap_text(s, j)]
            for s, j in bad
        ]
        blocks.add_paper_table(
            made, [8, 4, 3, 5], [["未达标的标准", "要求", "实际", "缺口"], *rows]
        )
    if blank := "、".join(s.name for s, j in judged if j.verdict == Verdict.UNKNOWN):
        blocks.add_line(made, f"缺少所需数据，不能评价：{blank}。", layout.SMALL)
