"""Where the header of a foreign sheet is: the block of rows whose labels are known best."""

from typing import NamedTuple

from surveys.reading.labels import loose_label, readings_of
from surveys.reading.quantities import is_unit_word

DEEPEST_HEADER = 60
HEADER_HEIGHTS = (1, 2, 3)
LONGEST_LABEL = 80
# How much a known label speaks for a block being the header, by what of it is known.
JOINED_SCORE, WHOLE_SCORE, LAST_PART_SCORE, LOOSE_SCORE = 1.2, 1.1, 1, 0.6


def raw_text(value):
    """The text of a raw cell; a date has none."""
    if type(value) is str:
        return value
    return "" if type(value) is tuple else str(value)


class HeaderGrid:
    """Text of the sheet's top with merged cells spread over all they cover."""

    def __init__(self, sheet):
        self.height = min(len(sheet.rows), DEEPEST_HEADER + max(HEADER_HEIGHTS))
        self.width = sheet.width
        self.text = []
        for row in sheet.rows[: self.height]:
            self.text.append([raw_text(value).strip() for value in row])
        for top, left, bottom, right in sheet.merged:
            if top < self.height:
                last_row, last_column = min(bottom, self.height - 1), min(right, self.width - 1)
                self.spread(top, left, last_row, last_column)

    def spread(self, top, left, bottom, right):
        if left >= self.width or bottom - top > 3:
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.text[row][column] = self.text[top][left]

    def joined(self, top, height):
        """The labels of a header block, parts of one column joined from the top down."""
        last = top + height - 1
        block = [self.filled_right(row) for row in range(top, last)]
        block.append(self.text[last])
        return [joined_label(parts) for parts in zip(*block, strict=True)]

    def filled_right(self, row):
        """A group's label over all its columns where the sheet does not merge them."""
        filled, current = [], ""
        for text, below in zip(self.text[row], self.text[row + 1], strict=True):
            if text or not below:
                current = text
            filled.append(current)
        return filled


def joined_label(parts):
    """The parts of a label from the top down, each said once: 人口|男."""
    kept = []
    for part in parts:
        if part and (not kept or kept[-1] != part):
            kept.append(part)
    return "|".join(kept)


class HeaderBlock(NamedTuple):
    """Rows of a sheet that may be its header, and the joined labels in them."""

    top: int
    height: int
    labels: list[str]


def best_header(grid, vocabulary):
    """The block whose labels are known best, or None where none has more than one known label."""
    best, best_score = None, 1
    for block in header_candidates(grid):
        score = header_score(block.labels, vocabulary)
        if score > best_score:
            best, best_score = block, score
    return best


def header_candidates(grid):
    """Every block of the sheet's top that begins with two texts at least."""
    for top in range(min(grid.height, DEEPEST_HEADER)):
        if sum(1 for text in grid.text[top] if text) < 2:
            continue
        for height in HEADER_HEIGHTS:
            if top + height > grid.height:
                break
            yield HeaderBlock(top, height, grid.joined(top, height))


def header_continues(sheet, last):
    """Whether the row below still belongs to the header: parts of a group, all of them text,
    and nothing else.
    """
    if last + 1 >= len(sheet.rows):
        return False
    above, below = [*sheet.rows[last], ""], sheet.rows[last + 1]
    filled = [at for at, value in enumerate(below) if value != ""]
    if not filled:
        return False
    if any(type(below[at]) is not str for at in filled):
        return False
    if all(is_unit_word(below[at]) for at in filled):
        return False
    if any(above[at] != "" and above[at + 1] != "" for at in filled):
        return False
    return any(at > 0 and above[at] == "" and above[at - 1] != "" for at in filled)


def header_score(labels, vocabulary):
    """How many columns of a block bear known labels; joined ones count most,
    last parts alone least.
    """
    score = 0
    seen = set()
    for label in labels:
        if not label or len(label) >= LONGEST_LABEL:
            continue
        ways = readings_of(label)
        known = next((way for way in ways if vocabulary.is_known(way)), None)
        if known is None:
            if any(loose_label(way) in vocabulary.loosely_known for way in ways):
                score += LOOSE_SCORE
        elif known not in seen:
            seen.add(known)
            score += label_score(label, known is ways[0])
    return score


def label_score(label, is_whole):
    """How much one known label counts."""
    if not is_whole:
        return LAST_PART_SCORE
    return JOINED_SCORE if "|" in label else WHOLE_SCORE


def distinct_labels(labels):
    """Labels told apart where one occurs twice."""
    times, distinct = {}, []
    for label in labels:
        times[label] = times.get(label, 0) + 1
        repeated = label and times[label] > 1
        distinct.append(f"{label}（{times[label]}）" if repeated else label)
    return distinct
