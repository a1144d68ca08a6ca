from io import BytesIO
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit
from accounts.models import AuditSource
from surveys.management.arguments import round_of, unit_of
from surveys.workbook.write import write_workbook


class Command(BaseCommand):
    help = "写出一个单位的填报工作簿（预填现有数据）。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("--round", required=True, help="填报期：2022、2022Q3")
        parser.add_argument("--unit", required=True, help="单位的区划代码，末尾的零可略：130983001")
        parser.add_argument("-o", "--output", required=True, help="写到哪个文件（.xlsx）")
        parser.add_argument("--show-personal", action="store_true", help="联系电话不隐去")

    def handle(self, *, round, unit, output, show_personal, **options):
        unit = unit_of(unit)
        survey = round_of(round, unit)
        with transaction.atomic():
            audit.write_entries(self.line(survey, unit, show_personal))
            self.write(survey, unit, output, show_personal)
        self.stdout.write(f"已写出 {unit.name} {survey.title}：{output}")

    def line(self, survey, unit, show_personal):
        """Downloads are in the trail; a copy with whole telephone numbers says so."""
        what = f"{unit.name} {survey.title}" + ("（含完整电话）" if show_personal else "")
        return audit.audit_entry(
            by=None, verb="导出填报工作簿", what=what, source=AuditSource.COMMAND, path=unit.path
        )

    def write(self, survey, unit, output, show_personal):
        """Made in memory first, so that a file that cannot be written is not left half."""
        made = BytesIO()
        write_workbook(round=survey, unit=unit, file=made, show_personal=show_personal)
        try:
            Path(output).write_bytes(made.getvalue())
        except OSError as error:
            raise CommandError(
                f"文件 {output} 写不了：{error.strerror}。换一个位置，或先在表格软件中关闭它。"
            ) from None
