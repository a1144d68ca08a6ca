from django.core.management.base import BaseCommand, CommandError

from communities.actions import load_units
from communities.files import UnreadableFile, read_units
from communities.models import Unit


class Command(BaseCommand):
    help = "载入单位名录（.csv 或 .xlsx：区划代码、名称、层级、上级代码）；可重复运行，有错则一行不写。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("file", help="名录文件")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument(
            "--under", metavar="代码", help="只载入这个单位之下；没有写上级的行归它"
        )

    def handle(self, *, file, dry_run, under, **options):
        area = None
        if under:
            area = self.area(under)
        try:
            result = load_units(rows=read_units(file), under=area, dry_run=dry_run)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        if result.errors:
            for error in result.errors:
                self.stderr.write(str(error))
            raise CommandError(f"共 {len(result.errors)} 处错误，没有写入任何单位。")
        dry = "试运行，未写入：" if dry_run else ""
        self.stdout.write(f"{dry}{result}")

    def area(self, code):
        try:
            return Unit.objects.by_code(code)
        except Unit.DoesNotExist:
            raise CommandError(f"系统里没有代码为 {code} 的单位。") from None
