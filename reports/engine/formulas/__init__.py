"""Rules as text: expressions over measures, read by a closed grammar and compiled to query expressions.

    formula = parse("funding_received >= 10 * residents + 50 * party_members", all_measures())
    filings.annotate(met=formula.compile(F))

Unknown in gives unknown out; and, or, not are three-valued. Nothing is evaluated as Python or spliced as SQL.
"""

from reports.engine.formulas.nodes import Formula
from reports.engine.formulas.parser import parse
from reports.engine.formulas.text import FormulaError

__all__ = ["Formula", "FormulaError", "parse"]
