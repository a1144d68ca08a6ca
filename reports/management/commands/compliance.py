"""The compliance of an area in the terminal, or as JSON for other programs."""

import json

from django.core.management.base import BaseCommand, CommandError

from reports import tables
from reports.models import Standard
from surveys.management.arguments import round_of, unit_of
from surveys.models import Filing


class Command(BaseCommand):
    help = "各社区对照现行标准的达标情况：合计、报送进度、各标准结论与缺口。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("--round", required=True, help="填报期：2022 或 2022Q3")
        parser.add_argument("--unit", required=True, help="单位代码，可省略末尾的 0")
        parser.add_argument("--standard", help="只看一条标准（代码）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *, round, unit, standard, json: bool, **options):
        filing = filing_of(round, unit)
        if standard and not Standard.objects.filter(code=standard).exists():
            raise CommandError(f"标准库中没有代码为“{standard}”的标准。")
        data = tables.compliance(filing, only=standard)
        self.stdout.write(as_json(data) if json else tables.as_text(data))


def filing_of(period, code):
    """The filing named by period and unit code. Raises CommandError with a sentence."""
    unit = unit_of(code)
    round = round_of(period, unit)
    try:
        return round.filings.select_related("round").get(unit=unit)
    except Filing.DoesNotExist:
        raise CommandError(f"{unit}在“{round}”中没有填报表，可能当时尚未设立。") from None


def as_json(data):
    return json.dumps(data, ensure_ascii=False, indent=1)
