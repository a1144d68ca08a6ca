"""What templates may do with figures: filters and functions by their Chinese names, in a closed sandbox."""

from functools import cache, lru_cache

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.wording import UNKNOWN, bare_number, chinese_number, in_wan, in_wan_bare, quote_name

LACKING = "缺数"  # what a cell of a table says


def number_filter(figure):
    """The number without its unit, for a cell whose header names it."""
    return figure.marked(
        bare_number(figure.value, figure.unit, figure.digits) if figure.known else LACKING
    )


def wan_filter(figure):
    """15.97万人: rounded to 万."""
    return figure.marked(in_wan(figure.value, figure.unit))


def wan_yuan_filter(figure):
    """Money in 万元, without its unit."""
    return figure.marked(in_wan_bare(figure.value) if figure.known else LACKING)


def noted_filter(figure):
    """The figure, and how many units have not said it."""
    return f"{figure}{figure.note}"


def note_filter(figure):
    """（14个社区未填报，未计入）, or nothing."""
    return figure.note


def is_known_figure(figure):
    return figure.known


def is_several(figure):
    return figure.known and figure.value > 1


def is_zero(figure):
    return figure.value == 0


def part_of_row(rows, name, part):
    """Of rows such as those of a comparison, one part of the one named; unknown where there is none."""
    found = [row[part] for row in rows if row["指标"] == name]
    return found[0] if found else UNKNOWN


def is_complete_figure(figure):
    """Whether every unit has said it."""
    return figure.known and not figure.missing


def joined_sentences(rows, name, separator="；"):
    """One sentence a row, joined."""
    return separator.join(str(row[name]) for row in rows)


def counted_sentences(rows, name):
    """一是…；二是…: the sentences of several rows counted off, of a single one as it is."""
    said = [str(row[name]) for row in rows]
    return (
        "；".join(f"{chinese_number(at)}是{text}" for at, text in enumerate(said, 1))
        if len(said) > 1
        else "".join(said)
    )


def joined_names(rows):
    """“一区一支”、“六个一”."""
    return "、".join(quote_name(row["名称"]) for row in rows)


def missing_note(*figures):
    """（14个社区未填报办公用房，未计入）: what is missing from these figures, once for each kind of record."""
    groups = {}
    for figure in figures:
        if figure.missing and figure.known:
            groups.setdefault((figure.source, figure.missing), figure)
    parts = [
        f.marked(f"{f.missing:,}个{f.of}") + f"未填报{source}" for (source, _), f in groups.items()
    ]
    return f"（{'，'.join(parts)}，未计入）" if parts else ""


def range_text(low, high):
    """40元至400元, or 40元 where the two are one."""
    return str(low) if low.value == high.value else f"{low}至{high}"


FILTERS = {
    "数": number_filter,
    "万": wan_filter,
    "万元": wan_yuan_filter,
    "附": noted_filter,
    "注": note_filter,
    "项": part_of_row,
    "列": joined_sentences,
    "分述": counted_sentences,
    "名单": joined_names,
}
TESTS = {"已知": is_known_figure, "多个": is_several, "为零": is_zero, "齐全": is_complete_figure}
KEPT = ("length",)
FUNCTIONS = {"缺": missing_note, "幅度": range_text}


@cache
def template_environment():
    """The sandbox in which templates run: our filters and functions and nothing else of Jinja's.

    A template is compiled once and not for every report, which took half its time; 64 texts are a dozen templates.
    """
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.filters = {name: made.filters[name] for name in KEPT} | FILTERS
    made.tests = TESTS
    made.globals = dict(FUNCTIONS)
    made.from_string = lru_cache(64)(made.from_string)
    return made
