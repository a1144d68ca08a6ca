"""What became better and worse of one community since the round before."""

from typing import NamedTuple

from reports.engine.compliance import Verdict, without_parts


class TurnedVerdicts(NamedTuple):
    """Standards by what happened to the verdict.

    Renewed ones are told apart, for the community may be as it was.
    """

    better: list
    worse: list
    renewed: list


def turned_verdicts(trend):
    """The verdicts of the last two rounds held against each other.

    None where there is one round only.
    """
    if len(trend.filings) < 2:
        return None
    turned = TurnedVerdicts([], [], [])
    newest = len(trend.filings) - 1
    for standard in without_parts(list(trend.known.values())):
        old, new = (
            result and result.judgment.verdict for result in trend.results_of(standard.code)[-2:]
        )
        if {old, new} != {Verdict.MET, Verdict.UNMET}:
            continue
        if newest in trend.breaks(standard.code):
            turned.renewed.append(standard)
        elif new == Verdict.MET:
            turned.better.append(standard)
        else:
            turned.worse.append(standard)
    return turned
