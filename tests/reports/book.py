"""Rules taken from the rule book by code, so that tests judge what a bureau gets."""

import csv
from functools import cache

from django.conf import settings

from communities.models import Governance, Kind, Level
from reports.models import Standard
from reports.models.standard import Force, Topic


@cache
def book():
    """{code: row of the rule book}."""
    path = settings.BASE_DIR / "fixtures" / "standards.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["标准代码"]: row for row in csv.DictReader(file)}


def value(choices, label):
    return next((choice.value for choice in choices if choice.label == label), "")


def rule(code, **changes):
    """The standard as the book has it, with its parts, in force for ever and everywhere unless `changes` say so."""
    row = book()[code]
    given = {
        "name": row["名称"],
        "statement": row["要求"],
        "topic": value(Topic, row["类别"]),
        "level": value(Level, row["评价层级"]),
        "kinds": [value(Kind, word) for word in row["适用单位类型"].split("、") if word],
        "governance": value(Governance, row["治理模式"]),
        "source": row["来源文件"],
        "force": value(Force, row["效力"]),
        "actual": row["实际值公式"],
        "lower": row["下限公式"],
        "upper": row["上限公式"],
        "applies_when": row["适用条件公式"],
        "unit": row["单位"],
        "gap_unit": row["缺口单位"],
        "why_not": row["不自动评价的原因"],
    }
    standard = Standard.objects.create(code=code, **given | changes)
    for part, below in book().items():
        if below["所属标准代码"] == code:
            rule(part, parent=standard)
    return standard
