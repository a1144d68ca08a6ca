"""The yearly booklet: every community of an area on its own pages, in one file; lengthy work, done as a job."""

from django.core.exceptions import ValidationError

from documents import layout
from documents.papers import blocks
from documents.papers.community import area_communities, write_communities
from surveys.actions.opening import period_label
from surveys.export.pdf import to_pdf
from surveys.jobs import Made
from surveys.models import Filing, Status

KIND = "booklet"


def booklet_title(filing):
    return f"{filing.name}{period_label(filing.round.period)}社区年报汇编"


def make_booklet(job, tick):
    """The job: `form` is docx or pdf, `approved` whether only approved filings are taken in."""
    mine = Filing.objects.visible_to(job.by).select_related("round")
    area = mine.filter(pk=job.filing_id).first()
    if not area:
        raise ValidationError("这个单位已不在您的范围内。")
    found = area_communities(area)
    if job.arguments["approved"]:
        found = found.filter(status=Status.APPROVED)
    filings = list(found)
    if not filings:
        raise ValidationError("没有可以汇编的社区：范围内没有已审定的填报表，请改选全部数据。")

    def tick_community(done):
        tick("正在写各社区", done, len(filings))

    content = write_booklet(area, filings, by=job.by, tick=tick_community)
    form = job.arguments["form"]
    if form == "pdf":
        tick("正在转换成 PDF", len(filings), len(filings))
        content = to_pdf(content)
    return Made(f"{booklet_title(area)}.{form}", content)


def write_booklet(area, filings, *, by, tick=lambda done: None):
    """The .docx of these communities of an area: a list of them first, then each on own pages."""
    made = blocks.paper_document()
    title = booklet_title(area)
    blocks.add_line(made, title, layout.TITLE)
    blocks.add_line(made, booklet_notice(area, filings), layout.NOTICE)
    rows = [["序号", "社区", "上级", "状态"]]
    for number, filing in enumerate(filings, 1):
        parent = filing.parent.name if filing.parent else ""
        rows.append([str(number), filing.name, parent, filing.get_status_display()])
    blocks.add_paper_table(made, [1, 5, 4, 2], rows)
    write_communities(made, filings, by=by, tick=tick, new_page=True)
    return blocks.finish_paper(made, title, area.name)


def booklet_notice(area, filings):
    """How many communities, as of when, and whether all of it was approved."""
    day = area.round.reference_date
    approved = sum(filing.status == Status.APPROVED for filing in filings)
    others = len(filings) - approved
    rest = f"，其余 {others} 个的数据未经审定，仅供参考" if others else ""
    as_of = f"{day.year} 年 {day.month} 月 {day.day} 日"
    counts = f"本汇编收录 {len(filings)} 个社区，数据截至 {as_of}"
    return f"{counts}；其中 {approved} 个已审定{rest}。"
