"""What became better and worse of one community since the round before."""

from typing import NamedTuple

from reports.engine.compliance import Verdict, without_parts


class Turned(NamedTuple):
    """Standards by what happened to the verdict; renewed ones are told apart, for the community may be as it was."""

    better: list
    worse: list
    renewed: list


def turned(trend):
    """The verdicts of the last two rounds held against each other; None where there is one round only."""
    if len(trend.filings) < 2:
        return None
    made = Turned([], [], [])
    for standard in without_parts(list(trend.known.values())):
        old, new = (each and each.judgment.verdict for each in trend.each(standard.code)[-2:])
        if {old, new} != {Verdict.MET, Verdict.UNMET}:
            continue
        renewed = len(trend.filings) - 1 in trend.breaks(standard.code)
        (made.renewed if renewed else made.better if new == Verdict.MET else made.worse).append(
            standard
        )
    return made
