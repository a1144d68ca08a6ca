"""Rules as text: expressions over measures, read by a closed grammar and compiled to query expressions.

    formula = parse("funding_received >= 10 * residents + 50 * party_members", all_measures())
    filings.annotate(met=formula.compile(F))

Unknown in gives unknown out; and, or, not are three-valued. Nothing is evaluated as Python or spliced as SQL.
"""

from reports.formulas.nodes import Formula
from reports.formulas.parser import parse
from reports.formulas.text import FormulaError

__all__ = ["Formula", "FormulaError", "parse"]
