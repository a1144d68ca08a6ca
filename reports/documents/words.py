"""What templates may do with figures: filters and functions by their Chinese names, in a closed sandbox."""

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reports.documents.wording import bare, in_wan, in_wan_bare, quoted


def number(figure):
    """The number without its unit, for a cell whose header names it."""
    return figure.marked(bare(figure.value, figure.unit, figure.digits))


def wan(figure):
    """15.97万人: rounded to 万."""
    return figure.marked(in_wan(figure.value, figure.unit))


def wan_yuan(figure):
    """Money in 万元, without its unit."""
    return figure.marked(in_wan_bare(figure.value))


def noted(figure):
    """The figure, and how many units have not said it."""
    return f"{figure}{figure.note}"


def listed(rows, name, separator="；"):
    """One sentence a row, joined."""
    return separator.join(str(row[name]) for row in rows)


def named(rows):
    """“一区一支”、“六个一”."""
    return "、".join(quoted(row["名称"]) for row in rows)


def lacking(*figures):
    """（14个社区未填报办公用房，未计入）: what is missing from these figures, once for each kind of record."""
    groups = {}
    for figure in figures:
        if figure.missing and figure.known:
            groups.setdefault((figure.source, figure.missing), figure)
    parts = [f.marked(f"{f.missing:,}个{f.of}") + f"未填报{source}" for (source, _), f in groups.items()]
    return f"（{'，'.join(parts)}，未计入）" if parts else ""


def span(low, high):
    """40元至400元, or 都是40元 where the two are one."""
    return f"都是{low}" if low.value == high.value else f"{low}至{high}"


FILTERS = {"数": number, "万": wan, "万元": wan_yuan, "附": noted, "列": listed, "名单": named}
KEPT = ("length",)
FUNCTIONS = {"缺": lacking, "幅度": span}


def environment():
    """The sandbox in which templates run: our filters and functions and nothing else of Jinja's."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.filters = {name: made.filters[name] for name in KEPT} | FILTERS
    made.globals = dict(FUNCTIONS)
    return made
