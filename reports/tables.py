"""The compliance of an area as data, and as a table in the terminal."""

from unicodedata import east_asian_width

from reports.engine.compliance import (
    binding_standards,
    judge_filings,
    reporting_progress,
    standards_judged_at,
)
from reports.engine.measures import all_measures
from reports.engine.tallies import (
    judge_area,
    refresh_roll_ups,
    stored_missing,
    stored_totals,
    tallies_of,
)
from surveys.models import Filing

KEY_MEASURES = """
    streets communities households residents party_members party_branches party_groups staff_established
    staff_established_in_community staff_temporary staff_temporary_unpaid staff_in_community premises premises_owned
    premises_rented_or_borrowed premises_50_and_over premises_below_50 premises_below_20 premises_area_unknown
    office_area funding_budgeted funding_received
""".split()


def plain(value):
    """A number as JSON shows it: whole numbers without a point, doubles without their last noise."""
    if value is None:
        return None
    value = round(float(value), 4)
    return int(value) if value == int(value) else value


def verdict_row(judgment):
    return {
        "verdict": judgment.verdict.value,
        "actual": plain(judgment.actual),
        "required": plain(judgment.required),
        "gap": plain(judgment.gap),
    }


def standard_row(standard, counts, actual, required, gap):
    keys = ("met", "unmet", "unknown", "not_applicable")
    return {
        "code": standard.code,
        "name": standard.name,
        **dict(zip(keys, counts, strict=True)),
        "actual": plain(actual),
        "required": plain(required),
        "gap": plain(gap),
        "gap_unit": standard.gap_unit,
    }


def area_rows(standards, judgments):
    """Standards judged on the unit itself: one verdict each."""
    for standard in standards:
        if judgment := judgments.get(standard.code):
            counts = [
                int(judgment.verdict == verdict)
                for verdict in ("met", "unmet", "unknown", "not_applicable")
            ]
            yield standard_row(standard, counts, judgment.actual, judgment.required, judgment.gap)


def tally_row(tally):
    counts = (tally.met, tally.unmet, tally.unknown, tally.not_applicable)
    return standard_row(tally.standard, counts, tally.actual, tally.required, tally.gap)


def compliance(filing, only=None):
    """Everything about an area: totals, progress, verdict counts per standard, verdicts per unit (see the command)."""
    refresh_roll_ups(filing)
    standards = binding_standards(filing.round, filing)
    if only:
        standards = [s for s in standards if only in (s.code, s.parent and s.parent.code)]
    mine = judge_area(filing, standards)
    return {**sums(filing, standards, mine), "units": list(units(filing, standards, mine, only))}


def area(filing, *, approved=False):
    """The same without the units; with `approved` of approved filings only."""
    refresh_roll_ups(filing)
    standards = binding_standards(filing.round, filing)
    return sums(
        filing, standards, judge_area(filing, standards, approved=approved), approved=approved
    )


def sums(filing, standards, mine, *, approved=False):
    """What is added up over an area; `mine` are the verdicts of the unit itself."""
    lacking = stored_missing(filing, approved=approved)
    tallied = tallies_of(filing, standards_judged_at(5, standards), approved=approved)
    return {
        "round": filing.round.period,
        "unit": {"code": filing.code, "name": filing.name},
        "filings": reporting_progress(filing),
        "totals": {
            name: plain(value) for name, value in stored_totals(filing, approved=approved).items()
        },
        "missing": {name: count for name, count in lacking.items() if count},
        "standards": [*map(tally_row, tallied), *area_rows(standards, mine)],
    }


def units(filing, standards, mine, only=None):
    """The verdicts of the unit itself, where it is judged, and of each community."""
    communities = list(Filing.objects.within(filing).filter(round=filing.round).communities())
    known = judge_filings(communities, standards)
    for unit in [*([filing] if mine else []), *communities]:
        found = {**known.get(unit.pk, {}), **(mine if unit.pk == filing.pk else {})}
        kept = {
            code: verdict_row(judgment)
            for code, judgment in found.items()
            if not only or code == only
        }
        yield {"code": unit.code, "name": unit.name, "verdicts": kept}


def width(text):
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def padded(text, size, *, right=False):
    space = " " * max(size - width(text), 0)
    return space + text if right else text + space


def table(head, rows):
    """Lines of a table in a terminal, Chinese characters two columns wide; the first column left, numbers right."""
    texts = [[str(cell) for cell in row] for row in [head, *rows]]
    sizes = [max(width(row[at]) for row in texts) for at in range(len(head))]
    return [
        "  ".join(
            padded(cell, size, right=at > 0)
            for at, (cell, size) in enumerate(zip(row, sizes, strict=True))
        )
        for row in texts
    ]


def shown(value, unit=""):
    return "缺数" if value is None else f"{plain(value):,} {unit}".strip()


def key_figures(data):
    for name in KEY_MEASURES:
        measure, lacking = all_measures()[name], data["missing"].get(name, 0)
        note = f"（{lacking} 个社区缺数）" if lacking else ""
        yield measure.label, shown(data["totals"][name], measure.unit) + note


def as_text(data):
    """The same for people: progress, key figures, standards."""
    filings = data["filings"]
    lines = [
        f"{data['unit']['name']} · 填报期 {data['round']}",
        "应报 {expected} 个社区：填报中 {draft}，已报送 {submitted}，已审定 {approved}".format(
            **filings
        ),
        "",
        *table(("指标", "合计"), key_figures(data)),
        "",
    ]
    rows = [
        (
            s["name"],
            s["met"],
            s["unmet"],
            s["unknown"],
            s["not_applicable"],
            shown(s["gap"], s["gap_unit"]) if s["unmet"] else "—",
        )
        for s in data["standards"]
    ]
    return "\n".join([*lines, *table(("标准", "达标", "未达标", "缺数", "不适用", "缺口"), rows)])
