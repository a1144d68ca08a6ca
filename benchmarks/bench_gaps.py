"""The gap list of 5,000 communities, a staged plan, and the booklets of 29 and of 230 communities.

The floor of the list is a workbook of as many cells without any judging, of the booklet an empty document.
"""

from functools import partial
from io import BytesIO

from xlsxwriter import Workbook

from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.bench_report import filled_city
from benchmarks.city import build_units
from benchmarks.reviewer import load_rule_book, new_reviewer, open_page, signed_in_client
from documents.papers import blocks
from documents.papers.booklet import write_booklet
from documents.papers.community import area_communities
from reports.engine.area import Area
from reports.gaps import GapList, PlanOrder, gap_sums, make_plan
from reports.gaps.tables import list_table
from reports.models import Standard
from surveys.export.xlsx import write_xlsx

COMMUNITIES, BOOKS = (200, (5, 29)) if QUICK else (5_000, (29, 230))
SHOWN = "premises_per_100hh_30_14fyp"


def run():
    load_rule_book()
    Standard.objects.filter(code=SHOWN).update(cost=2000)
    filing = filled_city(build_units(COMMUNITIES))
    Area(filing).freshen()
    user = new_reviewer(filing.unit)
    return [
        *gap_page_results(filing, user),
        *gap_list_results(filing, user),
        *plan_results(filing),
        *booklet_results(filing, user),
    ]


def gap_page_results(filing, user):
    """The page as a person opens it: of one standard and of all, the first and the 20th."""
    client = signed_in_client(user)
    for what, query in (("one standard", f"show={SHOWN}&"), ("all standards", "")):
        for number in (1, 20):
            spent = milliseconds(
                partial(open_page, client, f"/gaps/{filing.pk}/?{query}page={number}"), 5
            )
            yield result(
                f"gap list of {COMMUNITIES:,}, {what}: page {number}", spent, goal="≤ 100 ms"
            )


def gap_list_results(filing, user):
    """The whole list as a workbook, from the verdicts."""
    area = Area(filing)
    standards = area.community_standards
    one = [s for s in standards if s.code == SHOWN]
    for what, shown, goal in (
        ("one standard", one, "≤ 1 s"),
        ("all standards", area.without_parts, ""),
    ):
        gaps = GapList(area_communities(filing), standards, shown)
        spent, count = seconds(partial(gap_workbook, filing, gaps, user))
        floor, _ = seconds(partial(plain_gap_workbook, count))
        yield result(
            f"the list as .xlsx, {what}: {count:,} lines", spent, floor=floor, unit="s", goal=goal
        )
    spent = milliseconds(lambda: gap_sums([area], standards), 5)
    yield result("sums of all standards, from the roll-ups", spent, goal="≤ 100 ms")


def gap_workbook(filing, gaps, user):
    return write_xlsx(list_table(filing, gaps.rows(), reading=None), user, BytesIO())


def plain_gap_workbook(count):
    book = Workbook(BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(count):
        for at in range(12):
            sheet.write_number(row, at, row) if at > 3 else sheet.write_string(row, at, "第一社区")
    book.close()


def plan_results(filing):
    area = Area(filing)
    standards = [s for s in area.standards if s.code == SHOWN]
    for first in PlanOrder:
        wish = {"years": 5, "first": first, "budget": 50_000_000}
        spent = milliseconds(partial(make_plan, area, standards, **wish), 3)
        yield result(f"plan of {COMMUNITIES:,} communities, by {first.value}", spent, goal="≤ 1 s")


def booklet_results(filing, user):
    everything = list(area_communities(filing)[: max(BOOKS)])
    floor, _ = seconds(lambda: blocks.finish_paper(blocks.paper_document(), "空", "空"))
    for size in BOOKS:
        spent, content = seconds(partial(write_booklet, filing, everything[:size], by=user))
        what = f"booklet of {size} communities, {len(content) / 1e6:.1f} MB"
        yield result(what, spent, floor=floor, unit="s", goal="≤ 30 s, in the background")
