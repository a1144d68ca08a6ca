"""一社区一档: a community on one or two pages: its records, and the standards it misses."""

from collections import defaultdict
from itertools import chain

from communities.bulk import in_chunks
from communities.models import Level
from documents import layout
from documents.papers import blocks
from reports.engine.compliance import Verdict, binding_standards, judge_filings
from reports.engine.measures import all_measures
from reports.trend.paper_rounds import KEY, key_figures_by_round
from reports.verdict_text import format_value, gap_text, required_text
from surveys.actions.opening import period_label
from surveys.export.table import sees_persons
from surveys.extras import round_sections
from surveys.models import Filing, Remark, Status
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
    """Write each of these communities of one round on pages of its own.

    `new_page` says whether the first one begins a page too.
    """
    if not filings:
        return
    standards = binding_standards(filings[0].round, root_filing(filings))
    done = 0
    for part in in_chunks(filings, 100):
        verdicts = judge_filings(part, standards)
        records, remarks = records_of(part), remarks_by_filing(part)
        past = key_figures_by_round(part, by)
        for filing in part:
            tick(done)
            done += 1
            sheets = sheets_of(filing, records, remarks[filing.pk])
            write_sheets(made, filing, sheets, by=by, new_page=new_page or done > 1)
            write_key_figures(made, past.get(filing.unit_id, []))
            write_verdicts(made, standards, verdicts.get(filing.pk, {}))


def records_of(filings):
    """The stored records of these filings and of those of the round before."""
    pks = []
    for filing in filings:
        pks.append(filing.pk)
        if filing.previous_id:
            pks.append(filing.previous_id)
    return stored(filings[0].round, pks)


def sheets_of(filing, records, remarks):
    """The sections that a filing of its level has."""
    sections = round_sections(filing.round)
    asked = [section for section in sections if filing.level in section.levels]
    return [sheet(section, filing, records, remarks) for section in asked]


def write_paper_of(made, filing, *, by):
    """Write one community; of an upper unit what it reports itself."""
    if filing.level >= Level.COMMUNITY:
        write_communities(made, [filing], by=by)
    else:
        sheets, _ = paper(filing)
        write_sheets(made, filing, sheets, by=by, new_page=False)


def root_filing(filings):
    """The filing of the whole round, which the standards bind."""
    return Filing.objects.get(round=filings[0].round_id, parent=None)


def remarks_by_filing(filings):
    """{filing pk: its remarks} in the order they were written."""
    found = defaultdict(list)
    remarks = Remark.objects.filter(filing__in=filings).select_related("by")
    for remark in remarks.order_by("pk"):
        found[remark.filing_id].append(remark)
    return found


def write_sheets(made, filing, sheets, *, by, new_page):
    """Write whose paper it is, and what the unit reported, section by section."""
    blocks.add_line(made, f"{filing.name}档案", layout.TITLE, new_page=new_page)
    blocks.add_line(made, " · ".join(about_filing(filing)), layout.SMALL)
    hide = not sees_persons(by, filing.path)
    empty = []
    for each in sheets:
        if not has_answers(each):
            empty.append(each.label)
        elif each.single:
            write_single_record(made, each)
        else:
            write_roster(made, each, hide=hide)
    if empty:
        blocks.add_line(made, f"没有填报：{'、'.join(empty)}。", layout.SMALL)


def has_answers(sheet):
    """Whether a section says anything."""
    for row in sheet.rows:
        for cell in row:
            if cell.text:
                return True
    return bool(sheet.served_by)


def about_filing(filing):
    """Whose it is, as of when, and whether somebody has approved it."""
    day = filing.round.reference_date
    if filing.parent:
        yield filing.parent.name
    if filing.code:
        yield f"代码 {filing.code}"
    if filing.kind:
        yield filing.get_kind_display()
    if filing.governance:
        yield filing.get_governance_display()
    yield f"数据截至 {day.year} 年 {day.month} 月 {day.day} 日"
    status = filing.get_status_display()
    yield status if filing.status == Status.APPROVED else f"{status}，未经审定"


def answer_text(cell):
    """An answer with its unit, or that there is none and whether one is asked for."""
    if not cell.text:
        return cell.why if cell.state == "reason" else BLANKS[cell.state]
    if cell.numeric:
        return f"{cell.text} {cell.unit}".strip()
    return cell.text


def write_single_record(made, sheet):
    """A section of one record: label and answer, so many pairs a line.

    What nobody asks and nobody says is left out.
    """
    blocks.add_line(made, sheet.label, blocks.HEADING)
    pairs = []
    for cell in sheet.cells:
        if cell.text or cell.state != "optional":
            pairs.append([cell.label, answer_text(cell)])
    while len(pairs) % PAIRS:
        pairs.append(["", ""])
    rows = []
    for at in range(0, len(pairs), PAIRS):
        rows.append(list(chain.from_iterable(pairs[at : at + PAIRS])))
    blocks.add_paper_table(made, [5, 4] * PAIRS, rows, heads=0)


def write_roster(made, sheet, *, hide):
    """A section of several records: the first columns in which somebody said something."""
    count = len(sheet.rows)
    title = f"{sheet.label}（{count}）" if count else sheet.label
    blocks.add_line(made, title, blocks.HEADING)
    used = used_columns(sheet)[:WIDEST]
    if used:
        head = [roster_head(*sheet.heads[at][:2]) for at in used]
        rows = []
        for row in sheet.rows[:MOST]:
            rows.append([roster_text(row[at], hide=hide) for at in used])
        widths = [roster_column_width(head, rows, at) for at in range(len(used))]
        blocks.add_paper_table(made, widths, [head, *rows])
    if count > MOST:
        blocks.add_line(made, f"另有 {count - MOST} 行，见调查表。", layout.SMALL)
    for organisation, host in sheet.served_by:
        blocks.add_line(made, f"另由{host}的{organisation}覆盖。", layout.SMALL)


def used_columns(sheet):
    """The numbers of the columns in which somebody said something."""
    columns = range(len(sheet.heads))
    return [at for at in columns if any(row[at].text for row in sheet.rows)]


def roster_head(label, unit):
    """The head of a column with its unit."""
    return f"{label}（{unit}）" if unit else label


def roster_text(cell, *, hide):
    """A cell of a roster; names of persons are masked where the reader may not see them."""
    text = cell.text or answer_text(cell)
    if hide and cell.text and cell.label in NAMES:
        return mask_name(text)
    return text


def roster_column_width(head, rows, at):
    """How much room a column needs beside the others."""
    longest = max(4, *(len(row[at]) for row in rows))
    return min(max(longest, len(head[at]) * 2 // 3 + 1), 14)


def write_key_figures(made, rounds):
    """The key figures of the last rounds side by side; nothing where this is the first."""
    if len(rounds) < 2:
        return
    blocks.add_line(made, "各期变化", blocks.HEADING)
    rows = [["指标", *(period_label(period) for period, _ in rounds)]]
    for name in KEY:
        measure = all_measures()[name]
        figures = [key_figure_text(values[name]) for _, values in rounds]
        rows.append([f"{measure.label}（{measure.unit}）", *figures])
    sides = [blocks.LEFT] + [blocks.RIGHT] * len(rounds)
    blocks.add_paper_table(made, [5] + [3] * len(rounds), rows, sides=sides)


def key_figure_text(value):
    """A key figure of one round."""
    return "未填" if value is None else format_number(value)


def write_verdicts(made, standards, verdicts):
    """What it misses and by how much, what cannot be judged; what it meets is counted."""
    blocks.add_line(made, "达标情况", blocks.HEADING)
    by_verdict = defaultdict(list)
    for standard in standards:
        if standard.code in verdicts and standard.parent_id is None:
            judgment = verdicts[standard.code]
            by_verdict[judgment.verdict].append((standard, judgment))
    met, missed = by_verdict[Verdict.MET], by_verdict[Verdict.UNMET]
    unknown = by_verdict[Verdict.UNKNOWN]
    counts = f"达标 {len(met)} 项，未达标 {len(missed)} 项，缺数 {len(unknown)} 项。"
    blocks.add_line(made, counts, layout.SMALL)
    if missed:
        rows = [["未达标的标准", "要求", "实际", "缺口"]]
        rows += [missed_standard_row(standard, judgment) for standard, judgment in missed]
        blocks.add_paper_table(made, [8, 4, 3, 5], rows)
    if unknown:
        names = "、".join(standard.name for standard, _ in unknown)
        blocks.add_line(made, f"缺少所需数据，不能评价：{names}。", layout.SMALL)


def missed_standard_row(standard, judgment):
    """What a standard asks, what is there, and what is lacking."""
    actual, gap = format_value(judgment.actual, standard.unit), gap_text(standard, judgment)
    return [standard.name, required_text(standard, judgment), actual, gap]
