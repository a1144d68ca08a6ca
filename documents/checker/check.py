"""A draft checked: every number that is wrong, contradicts another, was left out, or cannot be traced."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from documents.checker import tables
from documents.checker.finding import DraftFinding, DraftFindingKind
from documents.checker.numbers import unfilled_places
from documents.checker.sentences import NumberInText, numbers_in_text, parts_larger_than_whole

FEW = 4  # other places named beside a contradiction


class Mention(NamedTuple):
    """A number that a draft says of a known figure, where it stands, and whether it is right."""

    speech: NumberInText
    place: str
    traced: bool


@dataclass
class CheckedDraft:
    """What came of a draft: `count` numbers looked at, `traced` of them found, and the findings."""

    count: int = 0
    traced: int = 0
    findings: list = field(default_factory=list)

    @property
    def alarms(self):
        """What a person has to look at."""
        return [finding for finding in self.findings if finding.alarm]

    @property
    def untraced(self):
        """Numbers that the system does not know."""
        return [finding for finding in self.findings if not finding.alarm]


def check_draft(passages, known):
    """Check the passages of a draft against what is known of the unit and round."""
    result, mentions = CheckedDraft(), defaultdict(list)
    for passage in passages:
        if not passage.table:
            check_passage(passage, known, result, mentions)
        for place in unfilled_places(passage.text):
            finding = DraftFinding(
                DraftFindingKind.MASK, passage.place, passage.text, place, "这里还没有填数"
            )
            result.findings.append(finding)
    result.findings += tables.table_findings(passages, known)
    note_contradictions(mentions, result.findings)
    return result


def check_passage(passage, known, result, mentions):
    """Check the numbers of one paragraph; add what it says of each figure to `mentions`."""
    found = numbers_in_text(passage.text, known)
    wrong = {}
    for speech in found:
        verdict = speech.judged()
        traced = verdict.kind is None
        result.count += 1
        result.traced += traced
        if not traced:
            wrong[speech.number] = finding_of(verdict, speech, passage.place)
        if verdict.fact and not speech.is_norm:
            mention = Mention(speech, passage.place, traced)
            mentions[verdict.fact.figure.key].append(mention)
    for speech, whole in parts_larger_than_whole(found):
        if speech.number not in wrong:
            reason = f"部分大于整体（{whole.text}）"
            wrong[speech.number] = finding_about(
                speech, passage.place, DraftFindingKind.ARITHMETIC, reason
            )
    result.findings += wrong.values()


def finding_of(verdict, speech, place):
    """The finding that a verdict on a number amounts to."""
    finding = finding_about(speech, place, verdict.kind, verdict.reason)
    finding.right = verdict.right
    if verdict.fact:
        finding.href = verdict.fact.figure.href
    return finding


def finding_about(speech, place, kind, reason):
    """A finding about a number of a paragraph."""
    return DraftFinding(kind, place, speech.sentence, speech.number.text, reason)


def note_contradictions(mentions, findings):
    """Say where two numbers stand for one figure: 2,620 grids here and 2,060 there.

    It is said with those numbers that are not known to be right.
    """
    alarms = {(finding.place, finding.number): finding for finding in findings if finding.alarm}
    for key, found in mentions.items():
        values = {mention.speech.number.value for mention in found}
        if len(values) < 2:
            continue
        for mention in found:
            others = "、".join(other_values(mention, found))
            number = mention.speech.number.text
            alarm = alarms.get((mention.place, number))
            if alarm:
                alarm.reason += f"；文中前后不一：{others}"
            elif not mention.traced:
                reason = f"“{key}”前后不一：{others}"
                finding = finding_about(
                    mention.speech, mention.place, DraftFindingKind.CONFLICT, reason
                )
                findings.append(finding)


def other_values(mention, found):
    """The first few places that say another number, each with its number."""
    elsewhere = []
    for other in found:
        if other.speech.number.value != mention.speech.number.value:
            text = f"{other.place}写 {other.speech.number.text}"
            if text not in elsewhere:
                elsewhere.append(text)
    return elsewhere[:FEW]
