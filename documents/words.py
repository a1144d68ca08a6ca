"""What templates may do with figures: filters and functions by their Chinese names, in a closed sandbox."""

from functools import cache, lru_cache

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.wording import UNKNOWN, bare, in_chinese, in_wan, in_wan_bare, quoted

LACKING = "缺数"  # what a cell of a table says


def number(figure):
    """The number without its unit, for a cell whose header names it."""
    return figure.marked(
        bare(figure.value, figure.unit, figure.digits) if figure.known else LACKING
    )


def wan(figure):
    """15.97万人: rounded to 万."""
    return figure.marked(in_wan(figure.value, figure.unit))


def wan_yuan(figure):
    """Money in 万元, without its unit."""
    return figure.marked(in_wan_bare(figure.value) if figure.known else LACKING)


def noted(figure):
    """The figure, and how many units have not said it."""
    return f"{figure}{figure.note}"


def note(figure):
    """（14个社区未填报，未计入）, or nothing."""
    return figure.note


def known(figure):
    return figure.known


def several(figure):
    return figure.known and figure.value > 1


def none_at_all(figure):
    return figure.value == 0


def item(rows, name, part):
    """Of rows such as those of a comparison, one part of the one named; unknown where there is none."""
    found = [row[part] for row in rows if row["指标"] == name]
    return found[0] if found else UNKNOWN


def complete(figure):
    """Whether every unit has said it."""
    return figure.known and not figure.missing


def listed(rows, name, separator="；"):
    """One sentence a row, joined."""
    return separator.join(str(row[name]) for row in rows)


def in_turn(rows, name):
    """一是…；二是…: the sentences of several rows counted off, of a single one as it is."""
    said = [str(row[name]) for row in rows]
    return (
        "；".join(f"{in_chinese(at)}是{text}" for at, text in enumerate(said, 1))
        if len(said) > 1
        else "".join(said)
    )


def named(rows):
    """“一区一支”、“六个一”."""
    return "、".join(quoted(row["名称"]) for row in rows)


def lacking(*figures):
    """（14个社区未填报办公用房，未计入）: what is missing from these figures, once for each kind of record."""
    groups = {}
    for figure in figures:
        if figure.missing and figure.known:
            groups.setdefault((figure.source, figure.missing), figure)
    parts = [
        f.marked(f"{f.missing:,}个{f.of}") + f"未填报{source}" for (source, _), f in groups.items()
    ]
    return f"（{'，'.join(parts)}，未计入）" if parts else ""


def span(low, high):
    """40元至400元, or 40元 where the two are one."""
    return str(low) if low.value == high.value else f"{low}至{high}"


FILTERS = {
    "数": number,
    "万": wan,
    "万元": wan_yuan,
    "附": noted,
    "注": note,
    "项": item,
    "列": listed,
    "分述": in_turn,
    "名单": named,
}
TESTS = {"已知": known, "多个": several, "为零": none_at_all, "齐全": complete}
KEPT = ("length",)
FUNCTIONS = {"缺": lacking, "幅度": span}


@cache
def environment():
    """The sandbox in which templates run: our filters and functions and nothing else of Jinja's.

    A template is compiled once and not for every report, which took half its time; 64 texts are a dozen templates.
    """
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.filters = {name: made.filters[name] for name in KEPT} | FILTERS
    made.tests = TESTS
    made.globals = dict(FUNCTIONS)
    made.from_string = lru_cache(64)(made.from_string)
    return made
