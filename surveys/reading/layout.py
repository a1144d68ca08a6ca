"""How a foreign sheet is laid out: where its header is and which column holds what.

Columns are found by label: exactly, by a declared synonym, or by a label that differs only in filler (总, 数, 情况).
Anything less certain is not taken but named, with the nearest candidates, for a person to confirm.
"""

import hashlib
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from surveys.reading import quantities
from surveys.reading.labels import (
    IGNORED,
    Target,
    loose_label,
    normal_label,
    readings_of,
    split_unit,
    unit_vocabulary,
)
from surveys.reading.words import word_set
from surveys.sections import Section

DEEPEST_HEADER = 60
HEADER_HEIGHTS = (1, 2, 3)


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
    places: list[SheetColumn] = field(default_factory=list)
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
        return next(
            (place.at for place in self.places if place.target.path == f"unit.{name}"), None
        )


def raw_text(value):
    return value if type(value) is str else ("" if type(value) is tuple else str(value))


class HeaderGrid:
    """Text of the sheet's top with merged cells spread over all they cover."""

    def __init__(self, sheet):
        self.height = min(len(sheet.rows), DEEPEST_HEADER + max(HEADER_HEIGHTS))
        self.width = sheet.width
        self.text = [
            [raw_text(value).strip() for value in row] for row in sheet.rows[: self.height]
        ]
        self.merged = [m for m in sheet.merged if m[0] < self.height]
        for top, left, bottom, right in self.merged:
            self.spread(top, left, min(bottom, self.height - 1), min(right, self.width - 1))

    def spread(self, top, left, bottom, right):
        if left >= self.width or bottom - top > 3:
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.text[row][column] = self.text[top][left]

    def joined(self, top, height):
        """The labels of a header block, parts of one column joined from the top down."""
        block = [self.filled_right(row, row + 1 < top + height) for row in range(top, top + height)]
        return [joined_label(parts) for parts in zip(*block, strict=True)]

    def filled_right(self, row, has_below):
        """A group's label over all its columns where the sheet does not merge them."""
        texts = self.text[row]
        if not has_below:
            return texts
        filled, current = [], ""
        for at, text in enumerate(texts):
            below = self.text[row + 1][at]
            current = text or (current if below else "")
            filled.append(current)
        return filled


def joined_label(parts):
    kept = []
    for part in parts:
        if part and (not kept or kept[-1] != part):
            kept.append(part)
    return "|".join(kept)


def find_layout(sheet, vocabulary, layouts=None):
    """The sheet's layout by the words of the round, or None where no header is found."""
    grid = HeaderGrid(sheet)
    best, best_score = None, 1
    for top in range(min(grid.height, DEEPEST_HEADER)):
        if sum(1 for text in grid.text[top] if text) < 2:
            continue
        for height in HEADER_HEIGHTS:
            if top + height > grid.height:
                break
            labels = grid.joined(top, height)
            score = header_score(labels, vocabulary)
            if score > best_score:
                best, best_score = (top, height, labels), score
    if best is None:
        return None
    top, height, labels = best
    if height < max(HEADER_HEIGHTS) and header_continues(sheet, top + height - 1):
        height += 1
        labels = grid.joined(top, height)
    layout = SheetLayout(top, height, distinct_labels(labels))
    place_columns(sheet, layout, vocabulary, (layouts or {}).get(layout.signature) or {})
    return layout


def header_continues(sheet, last):
    """Does the row below still belong to the header: parts of a group, all of them text, and nothing else."""
    if last + 1 >= len(sheet.rows):
        return False
    above, below = [*sheet.rows[last], ""], sheet.rows[last + 1]
    filled = [at for at, value in enumerate(below) if value != ""]
    if (
        not filled
        or any(type(below[at]) is not str for at in filled)
        or all(is_unit_word(below[at]) for at in filled)
    ):
        return False
    grouped = all(above[at] == "" or above[at + 1] == "" for at in filled)
    return grouped and any(above[at] == "" and at and above[at - 1] != "" for at in filled)


def header_score(labels, vocabulary):
    """How many columns of a block bear known labels; joined ones count most, last parts alone least."""
    score = 0
    seen = set()
    for label in labels:
        ways = readings_of(label) if label and len(label) < 80 else []
        at = next((at for at, way in enumerate(ways) if vocabulary.is_known(way)), None)
        if at is not None and ways[at] not in seen:
            seen.add(ways[at])
            score += 1 if at else 1.2 if "|" in label else 1.1
        elif at is None and any(loose_label(way) in vocabulary.loosely_known for way in ways):
            score += 0.6
    return score


def distinct_labels(labels):
    """Labels told apart where one occurs twice."""
    seen, result = {}, []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(f"{label}（{seen[label]}）" if label and seen[label] > 1 else label)
    return result


def ranked_sections(sheet_name, labels, vocabulary):
    """Sections by how much of the sheet they explain, the sheet's name counting for several labels."""
    name, scores = normal_label(sheet_name), {}
    for section in vocabulary.sections:
        known = {
            t.path for label in labels for t in vocabulary.meant_by(label) if t.section is section
        }
        names = [normal_label(own) for own in (section.label, *section.sheet_names)]
        named = 5 if name in names else 1 if any(own in name for own in names) else 0
        scores[section.name] = (len(known) + named, section)
    order = sorted(scores.values(), key=lambda pair: -pair[0])
    return [section for score, section in order if score]


def place_columns(sheet, layout, vocabulary, mapping):
    """Give every labelled column its target: a confirmed mapping first, exact labels, then similar ones."""
    sections = ranked_sections(sheet.name, layout.labels, vocabulary)
    layout.main = sections[0] if sections else None
    taken, left = {}, []
    for at, label in enumerate(layout.labels):
        if not label or mapping.get(label) == "":
            continue
        target = (
            vocabulary.targets.get(mapping[label])
            if label in mapping
            else exact_target(label, sections, vocabulary)
        )
        if target is None:
            left.append((at, label))
        elif target.path in taken:
            layout.repeated.append((at, label, taken[target.path].label))
        else:
            taken[target.path] = SheetColumn(at, label, target)
    left = place_similar(sections, left, taken, vocabulary)
    layout.ignored = [
        (at, label) for at, label in left if normal_label(label) not in IGNORED.split()
    ]
    trusted = {place.at for place in taken.values() if place.label in mapping}
    layout.places = sorted(
        usable_columns(sheet, layout, taken, trusted), key=lambda place: place.at
    )
    find_name_column(layout)
    scale_columns(sheet, layout)


def exact_target(label, sections, vocabulary):
    """What a label means by name: a column of the main section, of the unit, of the section next in rank."""
    for way in readings_of(label):
        found = [target for target in vocabulary.words.get(way, []) if target.section in sections]
        best = min(found, key=lambda target: sections.index(target.section), default=None)
        if way in unit_vocabulary() and (best is None or best.section is not sections[0]):
            return unit_vocabulary()[way]
        if best:
            return best
    return None


def place_similar(sections, left, taken, vocabulary):
    """Labels that differ from a column's only in filler; they are taken and said."""
    present = {place.target.section.name for place in taken.values() if place.target.section}
    present.update(section.name for section in sections[:1])
    rest = []
    for at, label in left:
        target = similar_target(
            label, [section for section in sections if section.name in present], vocabulary
        )
        if target is None or target.path in taken:
            rest.append((at, label))
        else:
            taken[target.path] = SheetColumn(at, label, target, similar=True)
    return rest


def similar_target(label, sections, vocabulary):
    ways = [loose_label(way) for way in readings_of(label)]
    found = (vocabulary.loose[section.name].get(way) for section in sections for way in ways)
    return next((target for target in found if target), None)


def find_name_column(layout):
    """居委会 over names of committees is the unit's column where the sheet has no other; else it tells a stage."""
    if layout.unit_column("name") is not None or layout.unit_column("code") is not None:
        return
    for place in layout.places:
        if place.target.path == "institutions.stage[residents_committee]":
            place.target = unit_vocabulary()[normal_label("社区名称")]


LEAST_BESIDE = (
    3  # columns that make another section's presence in a sheet more than a coincidence of words
)


def usable_columns(sheet, layout, taken, trusted):
    """Places of the groups whose key the sheet can give; other sections' stray columns are left, and said."""
    present = {}
    for place in taken.values():
        if place.target.section:
            present.setdefault(place.target.group, set()).add(place.target.name)
    for place in taken.values():
        section = place.target.section
        names = present[place.target.group] if section else ()
        meant = (
            section is None
            or section is layout.main
            or place.at in trusted
            or stands_beside_main(sheet, place.target, names)
        )
        if meant and (section is None or has_key(place.target, names)):
            yield place
        else:
            layout.ignored.append((place.at, place.label))


def stands_beside_main(sheet, target, names):
    """Does the sheet carry this section beside its main one: it says so, or several columns do."""
    named = any(
        normal_label(name) in normal_label(sheet.name)
        for name in (target.section.label, *target.section.sheet_names)
    )
    return (
        bool(target.column.fixed)
        or bool(names - {"note"})
        and (named or len(names - {"note"}) >= LEAST_BESIDE)
    )


def has_key(target, names):
    """Can a record of this section be told from the sheet: its key is there, fixed, or has a default."""
    section, fixed = target.section, target.column.fixed
    return all(
        name in names or name in fixed or section.field(name).has_default() for name in section.key
    )


def scale_columns(sheet, layout):
    """Units in the header or in a row under it: 万元 over a column in 元 multiplies by 10,000.

    A column whose unit is of another kind (间 over an area) is something else, and is not taken.
    """
    row = units_row(sheet, layout)
    for place in list(layout.places):
        unit, written = place_unit(place), written_unit(place, row)
        if unit is None or not written:
            continue
        scale = quantities.header_scale(
            written, unit, str(place.target.section.field(place.target.name).verbose_name)
        )
        if scale is not None:
            place.scale = scale
        elif is_measure(written):
            layout.places.remove(place)
            layout.unfit.append((place.at, place.label, f"单位写“{written}”，应是“{unit}”"))


def written_unit(place, row):
    """The unit that stands below the label or in its brackets."""
    below = row[place.at] if row else ""
    return below or next(
        (unit for part in place.label.split("|")[::-1] if (unit := split_unit(part)[1])), ""
    )


def place_unit(place):
    """The unit a column's numbers are in; None for what is no number."""
    if place.target.section is None or place.target.column.derived:
        return None
    return getattr(place.target.section.field(place.target.name), "unit", "") or None


def units_row(sheet, layout):
    """The row of units under the header, if there is one."""
    if layout.first_row >= len(sheet.rows):
        return None
    row = [raw_text(value).strip() for value in sheet.rows[layout.first_row]]
    texts = [text for text in row if text]
    return row if texts and all(is_unit_word(text) for text in texts) else None


NO_MEASURES = word_set("% 年 岁 年月 是否 单位 文字 日期")
MEASURED = ("元", "m²", "km²", "分钟", "人", "户", "个")


@lru_cache(1_000)
def is_measure(word):
    """A unit of money, area, time, people, homes or things."""
    base = re.split(r"[/每]", quantities.squeeze_text(word).strip("()"))[0]
    return len(base) <= 6 and any(
        quantities.header_scale(base, unit) is not None for unit in MEASURED
    )


def is_unit_word(word):
    return quantities.squeeze_text(word).strip("()") in NO_MEASURES or is_measure(word)
