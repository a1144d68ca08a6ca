"""What an import says at the console: how the sheets were understood, what changes, what was found."""

import unicodedata

from surveys.extras import round_section, round_sections
from surveys.reading.result import FindingKind

COUNTED = {"new": "新增", "changed": "变更", "same": "相同", "absent": "表中没有"}
GROUPS = {
    FindingKind.ROW: "待决定（整行未采用）",
    FindingKind.CELL: "待核实（该格留空，已记批注）",
    FindingKind.CHECK: "待核实（已采用，数据之间不符）",
    FindingKind.NOTE: "提示",
}
LONGEST = 20


def lines(reading, counts, round):
    """The whole summary, line by line."""
    yield from sheet_lines(reading.sheets)
    yield ""
    yield from count_lines(counts, round)
    for kind in GROUPS:
        yield from group_lines(
            kind, [finding for finding in reading.findings if finding.kind == kind], round
        )


def sheet_lines(sheets):
    """How each sheet was understood."""
    for sheet in sheets:
        used = sum(bool(target) for target in sheet.mapping.values())
        line = f"工作表“{sheet.name}”：表头第 {sheet.header} 行，数据 {sheet.rows:,} 行，认出 {used} 列"
        yield line + (f"，未采用：{'、'.join(sheet.ignored)}" if sheet.ignored else "")


def count_lines(counts, round):
    """A table of what changes, a section a line in the order of the setting."""
    yield padded("分项", 12) + "".join(padded(label, 10, right=True) for label in COUNTED.values())
    for section in round_sections(round):
        if section.name in counts:
            numbers = (f"{counts[section.name][name]:,}" for name in COUNTED)
            yield padded(section.label, 12) + "".join(
                padded(number, 10, right=True) for number in numbers
            )


def group_lines(kind, findings, round):
    """Findings of one kind, a long list cut short."""
    if findings:
        yield ""
        yield f"{GROUPS[kind]}：{len(findings):,} 处"
        yield from (f"  {told(finding, round)}" for finding in findings[:LONGEST])
        if len(findings) > LONGEST:
            yield f"  … 另有 {len(findings) - LONGEST:,} 处"


def told(finding, round):
    """One finding: where, what stands there, why, what would be right."""
    value = f"“{finding.value}” " if finding.value else ""
    place = finding.place if finding.cell else finding.sheet
    return f"{place} {column(finding, round)}{value}{finding.reason}" + (
        f"（{finding.expected}）" if finding.expected else ""
    )


def column(finding, round):
    """The label of the column meant: `总人口：`."""
    if not (finding.section and finding.field):
        return ""
    section = round_section(round, finding.section)
    return (
        f"{section.label_of(finding.field)}："
        if finding.field in {c.name for c in section.columns}
        else ""
    )


def padded(text, width, *, right=False):
    """Text in a column of the console, where a Chinese character takes two places."""
    space = " " * max(
        0, width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    )
    return space + text if right else text + space
