"""The numbers of a running text, judged one by one by the words around them."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from documents.checker.finding import DraftFindingKind
from documents.checker.known import same_value
from documents.checker.numbers import MONEY, SHARE, draft_numbers
from documents.wording import exact_text

CLAUSE = re.compile(r"[，,；;。：:！？!?（）()、]")
SENTENCE = re.compile(r"[。！？!?；;]")
# Words between a figure's name and its number that say nothing about which figure it is.
LEADING = re.compile(
    r"(?:[共总合]?[计有达为是约近仅只占均各已]|总数|数量|人数|一共|分别|发展到|达到|减少到|增加到|\s)+$"
)
TRAILING = re.compile(r"^(?:多|余|左右|的|\s)+")
TOTAL = re.compile(r"共|总|全市|全区|全县|合计")
NORM = re.compile(
    r"不少于|不低于|不超过|不得|至少|以上|以下|不足|大于|小于|标准|应当|应达|按|每[人名户个支万百]|力争|计划|拟|目标|≥|≤"
)
REPORTED = re.compile(r"填报|缺数|未报|没有填")
QUOTED = re.compile(r"“[^”]*”|《[^》]*》|「[^」]*」")
TEN_THOUSAND = 10_000
NEAR = 14  # numbers before a percentage that it may follow from


@dataclass(frozen=True)
class NumberVerdict:
    """What came of one number: `kind` is None where it is traced.

    `fact` is the figure it speaks of, where one was found.
    """

    kind: DraftFindingKind | None
    reason: str = ""
    right: str = ""
    fact: object = None


class NumberInText:
    """One number and the words around it."""

    def __init__(self, text, number, others, known):
        self.text, self.number, self.others, self.known = text, number, others, known

    def between(self):
        """(end of the number before or 0, start of the number after or the length of the text)."""
        before, after = 0, len(self.text)
        for other in self.others:
            if other.end <= self.number.start:
                before = max(before, other.end)
            if other.start >= self.number.end:
                after = min(after, other.start)
        return before, after

    @cached_property
    def left(self):
        """The words of its clause before it, without those that only lead up to it."""
        before, _ = self.between()
        clauses = CLAUSE.split(self.text[before : self.number.start])
        return LEADING.sub("", clauses[-1])

    @cached_property
    def right(self):
        """The words of its clause after it."""
        _, after = self.between()
        clauses = CLAUSE.split(self.text[self.number.end : after])
        return TRAILING.sub("", clauses[0])

    @cached_property
    def sentence(self):
        """The sentence it stands in."""
        start = 0
        for match in SENTENCE.finditer(self.text, 0, self.number.start):
            start = match.end()
        end = SENTENCE.search(self.text, self.number.end)
        if end is None:
            return self.text[start:]
        return self.text[start : end.start()]

    @cached_property
    def scope(self):
        """The unit below that the sentence speaks of, or ""."""
        named = [name for name in self.known.scopes if name in self.sentence]
        before = self.text[: self.number.start]
        return max(named, key=before.rfind, default="")

    @cached_property
    def subjects(self):
        """The facts whose name stands at the number, the longest name first."""
        sized = []
        for fact in self.known.facts:
            if fact.unit == self.number.unit and fact.scope == self.scope:
                size = fact.near(self.left, self.right)
                if size > 1:
                    sized.append((size, fact))
        sized.sort(key=lambda pair: -pair[0])
        return [fact for _, fact in sized]

    @property
    def is_quoted(self):
        """Whether it is part of a name, as in “社区办公用房不少于300平方米”."""
        at = self.number.start
        return any(match.start() < at < match.end() for match in QUOTED.finditer(self.text))

    @property
    def is_norm(self):
        """Whether it is what somebody asks, not what is."""
        around = self.text[max(self.number.start - 8, 0) : self.number.end + 4]
        return bool(NORM.search(around))

    def judged(self):
        """The NumberVerdict: whether the system has this number, and what would be right."""
        if self.is_quoted or self.counts_reports:
            return NumberVerdict(None)
        if self.number.unit == SHARE:
            return self.judged_share()
        if self.match:
            return NumberVerdict(None, fact=self.match)
        slip = self.scaled()
        if slip:
            right = exact_text(slip.value, slip.figure.unit)
            reason = f"与“{slip.figure.label}”正好相差一万倍，可能写错了“元”和“万元”"
            return NumberVerdict(DraftFindingKind.UNIT, reason, right, slip)
        subject = None if self.is_subset else self.subject
        if subject is None or subject.value is None or self.is_norm:
            kind = None if self.in_rule_book() else DraftFindingKind.UNTRACED
            return NumberVerdict(kind, "系统里没有这个数字", fact=subject)
        return differs_from(subject, exact_text(subject.value, subject.figure.unit))

    @property
    def subject(self):
        """The fact that the number most likely speaks of; None where there is none."""
        return next(iter(self.subjects), None)

    @property
    def is_total(self):
        """Whether it is said to be of all: 共, 合计, 全市."""
        before = self.text[max(self.number.start - 6, 0) : self.number.start]
        return bool(TOTAL.search(before))

    @property
    def is_subset(self):
        """Whether it counts some of them, as in “14个社区没有支部”.

        Then a predicate of its own follows the noun.
        """
        longest = 0
        for fact in self.subjects:
            for name in fact.names:
                if self.right.startswith(name):
                    longest = max(longest, len(name))
        return longest > 0 and not self.is_total and len(self.right) > longest

    @property
    def counts_reports(self):
        """Whether it is how many communities gave a figure, or did not."""
        return bool(REPORTED.search(self.sentence)) and self.number.value in self.known.reported

    @cached_property
    def match(self):
        """The fact that this number is, or None."""
        equal = []
        for fact in self.known.equal(self.number):
            if not fact.scope or fact.scope in self.text:
                equal.append(fact)
        named = [fact for fact in equal if fact in self.subjects]
        if not named and not (self.subjects and self.is_total):
            free = not self.subjects or self.is_long
            named = [fact for fact in equal if free or self.tells_of(fact)]
        return next(iter(named), None)

    def tells_of(self, fact):
        """Whether the words around it speak of this fact."""
        return fact.akin(self.sentence) if self.is_subset else fact.named_in(self.text)

    @property
    def is_long(self):
        """Whether it has so many digits that no other figure has them by chance."""
        return sum(char.isdigit() for char in self.number.text) >= 4

    def in_rule_book(self):
        """Whether a standard mentions this number."""
        return (self.number.value, self.number.unit) in self.known.norms

    def scaled(self):
        """The amount of money that this would be if 万 had not been lost or added, or None."""
        if self.number.unit != MONEY:
            return None
        for fact in self.known.facts:
            if fact.unit == MONEY and fact.value and fact.named_in(self.sentence):
                for times in (TEN_THOUSAND, 1 / TEN_THOUSAND):
                    if same_value(fact.value, self.number, times):
                        return fact
        return None

    def judged_share(self):
        """A percentage: that of the system, or one that follows from two numbers before it."""
        if self.is_known_share() or self.follows() or self.in_rule_book():
            return NumberVerdict(None, fact=self.subject)
        if self.subject and self.subject.value is not None:
            return differs_from(self.subject, exact_text(self.subject.value, SHARE, 1))
        reason = "由前面的数字算不出这个百分比，系统里也没有"
        return NumberVerdict(DraftFindingKind.ARITHMETIC, reason)

    def is_known_share(self):
        """Whether the system has this percentage for what the sentence speaks of."""
        equal = self.known.equal(self.number)
        return any(fact.akin(self.sentence) or fact in self.subjects for fact in equal)

    def follows(self):
        """Whether two numbers of one kind before it give this share, or their growth."""
        before = []
        for other in self.others:
            if other.start < self.number.start and other.unit not in ("", SHARE):
                before.append(other)
        for part, whole in permutations(before[-NEAR:], 2):
            if part.unit != whole.unit or not whole.value:
                continue
            if same_value(100 * part.value / whole.value, self.number):
                return True
        return False


def differs_from(fact, right):
    """The verdict on a number that is not what the system has."""
    reason = f"系统中“{fact.figure.label}”是 {right}"
    return NumberVerdict(DraftFindingKind.DIFFERS, reason, right, fact)


def numbers_in_text(text, known):
    """The numbers of a text with the words around them."""
    found = draft_numbers(text)
    placed = []
    for number in found:
        others = [other for other in found if other is not number]
        placed.append(NumberInText(text, number, others, known))
    return placed


def parts_larger_than_whole(found):
    """(part, whole) where a sentence says “共15处，其中20处”."""
    for speech in found:
        before, of_which, _ = speech.sentence.partition("其中")
        if not of_which:
            continue
        start = speech.text.find(speech.sentence)
        at = start + len(before)
        if speech.number.start <= at or stands_between(speech, at):
            continue
        whole = largest_between(speech, start, at)
        if whole and speech.number.value > whole.value:
            yield speech, whole


def stands_between(speech, at):
    """Whether another number stands after a place and before this one."""
    return any(at < other.start < speech.number.start for other in speech.others)


def largest_between(speech, start, end):
    """The largest number of the same unit between two places, or None."""
    found = []
    for other in speech.others:
        if other.start < end and other.end > start and other.unit == speech.number.unit:
            found.append(other)
    return max(found, key=lambda number: (number.value, number.start), default=None)
