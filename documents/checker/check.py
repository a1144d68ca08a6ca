"""A draft checked: every number that is wrong, contradicts another, was left out, or cannot be traced."""

from collections import defaultdict
from dataclasses import dataclass, field

from documents.checker import tables
from documents.checker.finding import DraftFinding, DraftFindingKind
from documents.checker.numbers import unfilled_places
from documents.checker.sentences import numbers_in_text, parts_larger_than_whole

FEW = 4  # other places named beside a contradiction


@dataclass
class CheckedDraft:
    """What came of a draft: `count` numbers looked at, `traced` of them found in the system, and the findings."""

    count: int = 0
    traced: int = 0
    findings: list = field(default_factory=list)

    @property
    def alarms(self):
        return [finding for finding in self.findings if finding.alarm]

    @property
    def untraced(self):
        return [finding for finding in self.findings if not finding.alarm]


def check_draft(passages, known):
    """Check the passages of a draft against what is known of the unit and round."""
    made, said = CheckedDraft(), defaultdict(list)
    for passage in passages:
        if not passage.table:
            check_passage(passage, known, made, said)
        for mask in unfilled_places(passage.text):
            made.findings.append(
                DraftFinding(
                    DraftFindingKind.MASK, passage.place, passage.text, mask, "这里还没有填数"
                )
            )
    made.findings += tables.table_findings(passages, known)
    note_contradictions(said, made.findings)
    return made


def check_passage(passage, known, made, said):
    """The numbers of one paragraph; what each was said of is kept in `said` {figure: [(speech, place, traced)]}."""
    found = numbers_in_text(passage.text, known)
    wrong = {}
    for speech in found:
        verdict = speech.judged()
        made.count += 1
        made.traced += verdict.kind is None
        if verdict.kind:
            href = verdict.fact.figure.href if verdict.fact else ""
            wrong[speech.number] = DraftFinding(
                verdict.kind,
                passage.place,
                speech.sentence,
                speech.number.text,
                verdict.reason,
                verdict.right,
                href,
            )
        if verdict.fact and not speech.is_norm:
            said[verdict.fact.figure.key].append((speech, passage.place, verdict.kind is None))
    for speech, whole in parts_larger_than_whole(found):
        reason = f"部分大于整体（{whole.text}）"
        wrong.setdefault(
            speech.number,
            DraftFinding(
                DraftFindingKind.ARITHMETIC,
                passage.place,
                speech.sentence,
                speech.number.text,
                reason,
            ),
        )
    made.findings += wrong.values()


def note_contradictions(said, findings):
    """Two numbers for one figure, 2,620 grids here and 2,060 there: said with those that are not known to be right."""
    known = {(finding.place, finding.number): finding for finding in findings if finding.alarm}
    for key, each in said.items():
        if len({speech.number.value for speech, _, _ in each}) < 2:
            continue
        for speech, place, traced in each:
            elsewhere = dict.fromkeys(
                f"{p}写 {s.number.text}"
                for s, p, _ in each
                if s.number.value != speech.number.value
            )
            others = "、".join([*elsewhere][:FEW])
            if finding := known.get((place, speech.number.text)):
                finding.reason += f"；文中前后不一：{others}"
            elif not traced:
                reason = f"“{key}”前后不一：{others}"
                findings.append(
                    DraftFinding(
                        DraftFindingKind.CONFLICT,
                        place,
                        speech.sentence,
                        speech.number.text,
                        reason,
                    )
                )
