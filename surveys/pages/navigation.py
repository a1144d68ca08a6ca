"""The bar of every page, declared once: an entry is a page, or a group with tabs below it."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.roles import Role
from communities.models import Level

# How an address is made: about the nearest unit with an overview, about nothing, or with the page's
# filing as a parameter.
AREA, NOWHERE, ASIDE = "area", "nowhere", "aside"


@dataclass(frozen=True)
class NavPage:
    """One line of the declaration.

    `name` is what a view calls itself in `PageContext(page=…)`; `group` the label of the entry it
    is a tab of, if any; `role` who finds it there (everybody where none is named); `above` and
    `below` whether it is offered about upper units and about a single community; `about` how its
    address is made.
    """

    name: str
    label: str
    url: str
    group: str = ""
    role: str = ""
    above: bool = True
    below: bool = False
    about: str = AREA


PAGES = (
    NavPage("work", "我的填报", "surveys:work", role=Role.CLERK, below=True, about=NOWHERE),
    NavPage("progress", "填报进度", "surveys:progress", group="填报期"),
    NavPage("rounds", "各期设置", "surveys:rounds", group="填报期", about=NOWHERE),
    NavPage("filing", "本社区", "reports:filing", above=False, below=True),
    NavPage("queue", "待审", "review:queue", group="审核", role=Role.REVIEWER),
    NavPage("outliers", "异常核对", "outliers:list", group="审核", role=Role.REVIEWER),
    NavPage("overview", "总览", "reports:overview", group="总览"),
    NavPage("trend", "趋势", "reports:trend", group="总览"),
    NavPage("units", "单位对比", "reports:units", group="总览"),
    NavPage("models", "模式对比", "reports:models", group="总览"),
    NavPage("map", "地图", "reports:map", group="总览"),
    NavPage("matrix", "达标矩阵", "reports:matrix", group="达标"),
    NavPage("gaps", "缺口清单", "gaps:gaps", group="达标"),
    NavPage("what_if", "假设", "reports:what_if", group="达标"),
    NavPage("rating", "绩效评估", "rating:rating", group="达标", below=True),
    NavPage("summary", "汇总表", "reports:summary", group="数据"),
    NavPage("pivot", "透视表", "reports:pivot", group="数据"),
    NavPage("raw", "明细", "reports:raw", group="数据"),
    NavPage("draft", "起草", "documents:draft", group="报告"),
    NavPage("issued", "已出报告", "documents:issued", group="报告"),
    NavPage("checker", "核对文稿", "checker:checker", group="报告"),
    NavPage("papers", "其他材料", "papers:papers", group="报告"),
    NavPage("remarks", "待核实", "reports:remarks", below=True),
    NavPage("uploads", "上传", "surveys:uploads", below=True),
    NavPage("standards", "标准库", "reports:standards", below=True, about=ASIDE),
)


def offered_pages(user, area):
    """The pages this person finds about a unit, in their order."""
    is_upper = area.level < Level.COMMUNITY
    found = []
    for page in PAGES:
        fits = page.above if is_upper else page.below
        if fits and (not page.role or user.paths(role=page.role)):
            found.append(page)
    return found


def page_address(page, area, filing):
    """The address of a page of the bar, from a page about `filing` in `area`."""
    if page.about == NOWHERE:
        return reverse(page.url)
    if page.about == ASIDE:
        return f"{reverse(page.url)}?filing={filing.pk}"
    return reverse(page.url, args=[area.pk])


def bar_entries(user, area, filing, current):
    """The bar: one entry a page or group; a group leads to the first of its pages."""
    entries = {}
    for page in offered_pages(user, area):
        label = page.group or page.label
        if label not in entries:
            href = page_address(page, area, filing)
            entries[label] = {"label": label, "href": href, "current": False}
        entries[label]["current"] |= page.name == current
    return list(entries.values())


def group_tabs(user, area, filing, current):
    """The pages of the group that the current page belongs to; none where it stands alone."""
    group = next((page.group for page in PAGES if page.name == current), "")
    if not group:
        return []
    tabs = []
    for page in offered_pages(user, area):
        if page.group == group:
            href = page_address(page, area, filing)
            tabs.append({"label": page.label, "href": href, "current": page.name == current})
    if len(tabs) > 1:
        return tabs
    return []
