"""The numbers of a running text, judged one by one by the words around them."""

import re
from dataclasses import dataclass
from functools import cached_property

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


@dataclass(frozen=True)
class NumberVerdict:
    """What came of one number: `kind` None where it is traced; `fact` the figure it speaks of, where one was found."""

    kind: DraftFindingKind | None
    reason: str = ""
    right: str = ""
    fact: object = None


class NumberInText:
    """One number and the words around it."""

    def __init__(self, text, number, others, known):
        self.text, self.number, self.others, self.known = text, number, others, known

    def between(self):
        """The ends of the numbers before and after, or of the text."""
        before = max(
            (other.end for other in self.others if other.end <= self.number.start), default=0
        )
        after = min(
            (other.start for other in self.others if other.start >= self.number.end),
            default=len(self.text),
        )
        return before, after

    @cached_property
    def left(self):
        return LEADING.sub("", CLAUSE.split(self.text[self.between()[0] : self.number.start])[-1])

    @cached_property
    def right(self):
        return TRAILING.sub("", CLAUSE.split(self.text[self.number.end : self.between()[1]])[0])

    @cached_property
    def sentence(self):
        start = max(
            (m.end() for m in SENTENCE.finditer(self.text, 0, self.number.start)), default=0
        )
        end = SENTENCE.search(self.text, self.number.end)
        return self.text[start : end.start() if end else len(self.text)]

    @cached_property
    def scope(self):
        """The unit below that the sentence speaks of, or ""."""
        before = self.text[: self.number.start]
        return max(
            (name for name in self.known.scopes if name in self.sentence),
            key=before.rfind,
            default="",
        )

    @cached_property
    def subjects(self):
        """The facts whose name stands at the number, the longest name first."""
        found = [
            (fact.near(self.left, self.right), fact) for fact in self.known.facts if self.fits(fact)
        ]
        return [fact for size, fact in sorted(found, key=lambda pair: -pair[0]) if size > 1]

    def fits(self, fact):
        return fact.unit == self.number.unit and fact.scope == self.scope

    @property
    def is_quoted(self):
        """Part of a name, as in “社区办公用房不少于300平方米”."""
        return any(m.start() < self.number.start < m.end() for m in QUOTED.finditer(self.text))

    @property
    def is_norm(self):
        """Whether it is what somebody asks, not what is."""
        return bool(NORM.search(self.text[max(self.number.start - 8, 0) : self.number.end + 4]))

    def judged(self):
        if self.is_quoted or self.counts_reports:
            return NumberVerdict(None)
        if self.number.unit == SHARE:
            return self.share()
        if match := self.match:
            return NumberVerdict(None, fact=match)
        if slip := self.scaled():
            said = exact_text(slip.value, slip.figure.unit)
            return NumberVerdict(
                DraftFindingKind.UNIT,
                f"与“{slip.figure.label}”正好相差一万倍，可能写错了“元”和“万元”",
                said,
                slip,
            )
        if self.is_norm or self.is_subset or not self.subject or self.subject.value is None:
            fact = None if self.is_subset else self.subject
            return NumberVerdict(
                None if self.in_rule_book() else DraftFindingKind.UNTRACED,
                "系统里没有这个数字",
                fact=fact,
            )
        said = exact_text(self.subject.value, self.subject.figure.unit)
        return NumberVerdict(
            DraftFindingKind.DIFFERS,
            f"系统中“{self.subject.figure.label}”是 {said}",
            said,
            self.subject,
        )

    @property
    def subject(self):
        return self.subjects[0] if self.subjects else None

    @property
    def is_total(self):
        return bool(TOTAL.search(self.text[max(self.number.start - 6, 0) : self.number.start]))

    @property
    def is_subset(self):
        """Some of them, as in “14个社区没有支部”: its own predicate follows the noun."""
        named = [
            name for fact in self.subjects for name in fact.names if self.right.startswith(name)
        ]
        return bool(named) and not self.is_total and len(self.right) > len(max(named, key=len))

    @property
    def counts_reports(self):
        """How many communities gave a figure, or did not."""
        return bool(REPORTED.search(self.sentence)) and self.number.value in self.known.reported

    @cached_property
    def match(self):
        """The fact that this number is, or None."""
        equal = [
            fact
            for fact in self.known.equal(self.number)
            if not fact.scope or fact.scope in self.text
        ]
        named = [fact for fact in equal if fact in self.subjects]
        if not named and not (self.subjects and self.is_total):
            named = [
                fact for fact in equal if not self.subjects or self.is_long or self.tells_of(fact)
            ]
        return named[0] if named else None

    def tells_of(self, fact):
        return fact.akin(self.sentence) if self.is_subset else fact.named_in(self.text)

    @property
    def is_long(self):
        """So many digits that no other figure has them by chance."""
        return sum(char.isdigit() for char in self.number.text) >= 4

    def in_rule_book(self):
        return (self.number.value, self.number.unit) in self.known.norms

    def scaled(self):
        """The amount of money that this would be if 万 had not been lost or added."""
        if self.number.unit != MONEY:
            return None
        money = [
            fact
            for fact in self.known.facts
            if fact.unit == MONEY and fact.value and fact.named_in(self.sentence)
        ]
        slips = (TEN_THOUSAND, 1 / TEN_THOUSAND)
        return next(
            (
                fact
                for fact in money
                if any(same_value(fact.value, self.number, times) for times in slips)
            ),
            None,
        )

    def share(self):
        """A percentage: that of the system, or one that follows from two numbers said before it."""
        equal = [
            fact
            for fact in self.known.equal(self.number)
            if fact.akin(self.sentence) or fact in self.subjects
        ]
        if equal or self.follows() or self.in_rule_book():
            return NumberVerdict(None, fact=self.subject)
        if self.subject and self.subject.value is not None:
            said = exact_text(self.subject.value, SHARE, 1)
            return NumberVerdict(
                DraftFindingKind.DIFFERS,
                f"系统中“{self.subject.figure.label}”是 {said}",
                said,
                self.subject,
            )
        return NumberVerdict(
            DraftFindingKind.ARITHMETIC, "由前面的数字算不出这个百分比，系统里也没有"
        )

    def follows(self):
        """Whether two numbers of one kind before it give this share, or their growth."""
        before = [
            n for n in self.others if n.start < self.number.start and n.unit not in ("", SHARE)
        ][-14:]
        pairs = [
            (a, b) for a in before for b in before if a is not b and a.unit == b.unit and b.value
        ]
        return any(same_value(100 * a.value / b.value, self.number) for a, b in pairs)


def numbers_in_text(text, known):
    """The numbers of a text with the words around them."""
    found = draft_numbers(text)
    return [
        NumberInText(text, number, [n for n in found if n is not number], known) for number in found
    ]


def parts_larger_than_whole(found):
    """(part, whole) where a sentence says “共15处，其中20处”."""
    for speech in found:
        head, middle, _ = speech.sentence.partition("其中")
        if not middle:
            continue
        at = speech.text.find(speech.sentence) + len(head)
        whole = [
            n
            for n in speech.others
            if n.start < at and n.unit == speech.number.unit and n.end > at - len(head)
        ]
        first = [n for n in speech.others if at < n.start < speech.number.start]
        largest = max(whole, key=lambda n: (n.value, n.start), default=None)
        if (
            speech.number.start > at
            and largest
            and not first
            and speech.number.value > largest.value
        ):
            yield speech, largest
