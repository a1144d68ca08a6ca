import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from communities.models import Unit
from reports.models import Scheme, Weight
from reports.rating import actions

EXAMPLE = settings.BASE_DIR / "fixtures" / "rating_huanghua.json"


class Command(BaseCommand):
    help = "载入一个评分办法（默认为随附的示例 fixtures/rating_huanghua.json）；同一单位同一天生效的已有办法不动。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", default=str(EXAMPLE), help=".json 文件，写法同示例")

    def handle(self, *, file, **options):
        given = read_scheme(Path(file))
        weights = []
        for code, points, way in given.pop("weights"):
            weights.append(Weight(code=code, points=points, way=way))
        unit = given_unit(given.pop("unit"))
        since = date.fromisoformat(given.pop("effective_from"))
        if Scheme.objects.filter(unit=unit, effective_from=since).exists():
            self.stdout.write(f"{unit}自 {since} 起的评分办法已有，没有改动。")
            return
        try:
            scheme = Scheme(unit=unit, effective_from=since, **given)
            scheme = actions.set_up_scheme(by=None, scheme=scheme, weights=weights)
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from error
        self.stdout.write(f"已载入“{scheme}”：{unit}，自 {since} 起，{len(weights)} 条标准。")


def read_scheme(path):
    """What the file says. Raises CommandError with a sentence."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        wanted = f"要一个 UTF-8 的 .json 文件，写法同 {EXAMPLE.name}"
        raise CommandError(f"不能读“{path}”：{wanted}。") from error


def given_unit(code):
    """The unit of a code. Raises CommandError with a sentence."""
    try:
        return Unit.objects.by_code(code)
    except Unit.DoesNotExist:
        raise CommandError(f"没有代码为“{code}”的单位，请先载入单位。") from None
