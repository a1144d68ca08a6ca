"""How a foreign sheet is laid out: where its header is and which column holds what.

Columns are found by label: exactly, by a declared synonym, or by a label that differs only in
filler (总, 数, 情况). Anything less certain is not taken but named, with the nearest candidates, for a
person to confirm.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter

from surveys.reading import quantities
from surveys.reading.headers import (
    HEADER_HEIGHTS,
    HeaderGrid,
    best_header,
    distinct_labels,
    header_continues,
    raw_text,
)
from surveys.reading.labels import (
    IGNORED,
    Target,
    loose_label,
    normal_label,
    readings_of,
    split_unit,
    unit_vocabulary,
)
from surveys.sections import Section

# How much the sheet's name speaks for a section, in labels.
SAME_NAME_SCORE, PART_OF_NAME_SCORE = 5, 1


def one_piece_label(label):
    """A joined label in one piece and no longer than a sentence can hold."""
    return label.replace("|", "").replace("\n", "")[:40]


@dataclass
class SheetColumn:
    """One column of a sheet, understood."""

    at: int
    label: str
    target: Target
    scale: Decimal = Decimal(1)
    similar: bool = False

    @property
    def title(self):
        """The label in one piece, for a sentence."""
        return one_piece_label(self.label)


@dataclass
class SheetLayout:
    """A sheet, understood: header block, the columns taken, the labels left."""

    top: int
    height: int
    labels: list[str]
    columns: list[SheetColumn] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, str, str]] = field(default_factory=list)
    unfit: list[tuple[int, str, str]] = field(default_factory=list)
    main: Section | None = None

    @property
    def first_row(self):
        return self.top + self.height

    @property
    def signature(self):
        text = "\n".join(label for label in self.labels if label)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def unit_column(self, name):
        """Where the column stands that names the unit by its code, district, street or name."""
        for column in self.columns:
            if column.target.path == f"unit.{name}":
                return column.at
        return None


def find_layout(sheet, vocabulary, layouts=None):
    """The sheet's layout by the words of the round, or None where no header is found."""
    grid = HeaderGrid(sheet)
    header = best_header(grid, vocabulary)
    if header is None:
        return None
    top, height, labels = header
    if height < max(HEADER_HEIGHTS) and header_continues(sheet, top + height - 1):
        height += 1
        labels = grid.joined(top, height)
    layout = SheetLayout(top, height, distinct_labels(labels))
    mapping = (layouts or {}).get(layout.signature)
    place_columns(sheet, layout, vocabulary, mapping or {})
    return layout


def ranked_sections(sheet_name, labels, vocabulary):
    """Sections by how much of the sheet they explain; the sheet's name counts several labels."""
    known = defaultdict(set)
    for label in labels:
        for target in vocabulary.meant_by(label):
            known[target.section.name].add(target.path)
    scored = []
    for section in vocabulary.sections:
        score = len(known[section.name]) + name_score(section, sheet_name)
        if score:
            scored.append((score, section))
    scored.sort(key=lambda pair: -pair[0])
    return [section for _, section in scored]


def name_score(section, sheet_name):
    """How much the sheet's name speaks for a section."""
    sheet_name, names = normal_label(sheet_name), normal_names(section)
    if sheet_name in names:
        return SAME_NAME_SCORE
    if any(name in sheet_name for name in names):
        return PART_OF_NAME_SCORE
    return 0


def normal_names(section):
    """What a sheet of this section may be called."""
    return [normal_label(name) for name in (section.label, *section.sheet_names)]


def place_columns(sheet, layout, vocabulary, mapping):
    """Give every labelled column its target: a confirmed mapping first, exact labels,
    then similar ones.
    """
    sections = ranked_sections(sheet.name, layout.labels, vocabulary)
    layout.main = sections[0] if sections else None
    taken, left = take_named(layout, sections, vocabulary, mapping)
    left = take_similar(sections, left, taken, vocabulary)
    meaningless = IGNORED.split()
    layout.ignored = []
    for at, label in left:
        if normal_label(label) not in meaningless:
            layout.ignored.append((at, label))
    confirmed = {column.at for column in taken.values() if column.label in mapping}
    columns = usable_columns(sheet, layout, taken, confirmed)
    layout.columns = sorted(columns, key=attrgetter("at"))
    find_name_column(layout)
    scale_columns(sheet, layout)


def take_named(layout, sections, vocabulary, mapping):
    """{path: SheetColumn} of the columns whose label says what they hold, and (at,
    label) of those left.
    """
    taken, left = {}, []
    for at, label in enumerate(layout.labels):
        if not label or mapping.get(label) == "":
            continue
        if label in mapping:
            target = vocabulary.targets.get(mapping[label])
        else:
            target = exact_target(label, sections, vocabulary)
        if target is None:
            left.append((at, label))
        elif target.path in taken:
            layout.repeated.append((at, label, taken[target.path].label))
        else:
            taken[target.path] = SheetColumn(at, label, target)
    return taken, left


def exact_target(label, sections, vocabulary):
    """What a label means by name: a column of the main section, of the unit,
    of the section next in rank.
    """
    for way in readings_of(label):
        found = []
        for target in vocabulary.words.get(way, []):
            if target.section in sections:
                found.append(target)
        best = min(found, key=lambda target: sections.index(target.section), default=None)
        is_main = best is not None and best.section is sections[0]
        if way in unit_vocabulary() and not is_main:
            return unit_vocabulary()[way]
        if best:
            return best
    return None


def take_similar(sections, left, taken, vocabulary):
    """Take the columns whose label differs from a known one only in filler; what is left of `left`."""
    present = set()
    for column in taken.values():
        if column.target.section:
            present.add(column.target.section.name)
    present.update(section.name for section in sections[:1])
    present_sections = [section for section in sections if section.name in present]
    rest = []
    for at, label in left:
        target = similar_target(label, present_sections, vocabulary)
        if target is None or target.path in taken:
            rest.append((at, label))
        else:
            taken[target.path] = SheetColumn(at, label, target, similar=True)
    return rest


def similar_target(label, sections, vocabulary):
    """The target of the first section that has a label like this one but for filler, or None."""
    ways = [loose_label(way) for way in readings_of(label)]
    for section in sections:
        loose_words = vocabulary.loose[section.name]
        for way in ways:
            if way in loose_words:
                return loose_words[way]
    return None


def find_name_column(layout):
    """居委会 over names of committees is the unit's column where the sheet has no other;
    else it tells a stage.
    """
    if layout.unit_column("name") is not None or layout.unit_column("code") is not None:
        return
    for column in layout.columns:
        if column.target.path == "institutions.stage[residents_committee]":
            column.target = unit_vocabulary()[normal_label("社区名称")]


# Columns that make another section's presence in a sheet more than a coincidence of words.
LEAST_BESIDE = 3


def usable_columns(sheet, layout, taken, confirmed):
    """Columns of the groups whose key the sheet can give; other sections' stray columns are left,
    and said.
    """
    names_of = defaultdict(set)
    for column in taken.values():
        if column.target.section:
            names_of[column.target.group].add(column.target.name)
    for column in taken.values():
        target = column.target
        if target.section is None:
            yield column
            continue
        names = names_of[target.group]
        meant = (
            target.section is layout.main
            or column.at in confirmed
            or stands_beside_main(sheet, target, names)
        )
        if meant and has_key(target, names):
            yield column
        else:
            layout.ignored.append((column.at, column.label))


def stands_beside_main(sheet, target, names):
    """Whether the sheet carries this section beside its main one: it says so,
    or several columns do.
    """
    if target.column.fixed:
        return True
    telling = names - {"note"}
    if len(telling) >= LEAST_BESIDE:
        return True
    return bool(telling) and name_score(target.section, sheet.name) > 0


def has_key(target, names):
    """Whether a record of this section can be told from the sheet: its key is there, fixed,
    or has a default.
    """
    section, fixed = target.section, target.column.fixed
    for name in section.key:
        given = name in names or name in fixed
        if not given and not section.field(name).has_default():
            return False
    return True


def scale_columns(sheet, layout):
    """Units in the header or in a row under it: 万元 over a column in 元 multiplies by 10,000.

    A column whose unit is of another kind (间 over an area) is something else, and is not taken.
    """
    row = units_row(sheet, layout)
    for column in list(layout.columns):
        unit, written = expected_unit(column.target), written_unit(column, row)
        if unit is None or not written:
            continue
        model_field = column.target.section.field(column.target.name)
        scale = quantities.header_scale(written, unit, str(model_field.verbose_name))
        if scale is not None:
            column.scale = scale
        elif quantities.is_measure(written):
            layout.columns.remove(column)
            problem = f"单位写“{written}”，应是“{unit}”"
            layout.unfit.append((column.at, column.label, problem))


def written_unit(column, row):
    """The unit that stands below the label or in its brackets, "" where there is none."""
    if row and row[column.at]:
        return row[column.at]
    for part in reversed(column.label.split("|")):
        _, unit = split_unit(part)
        if unit:
            return unit
    return ""


def expected_unit(target):
    """The unit a column's numbers are in; None for what is no number."""
    if target.section is None or target.column.derived:
        return None
    return getattr(target.section.field(target.name), "unit", "") or None


def units_row(sheet, layout):
    """The row of units under the header, if there is one."""
    if layout.first_row >= len(sheet.rows):
        return None
    row = [raw_text(value).strip() for value in sheet.rows[layout.first_row]]
    texts = [text for text in row if text]
    if texts and all(quantities.is_unit_word(text) for text in texts):
        return row
    return None
