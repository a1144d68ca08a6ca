"""The research report of a unit as a .docx; the button of the web gives the same file for the same data."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from communities.models import Level
from documents.models import Shape
from documents.report import Report
from reports.management.commands.compliance import filing_of


class Command(BaseCommand):
    help = "起草调研报告（.docx）：write_report --round 2022 --unit 130983 -o report.docx"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("--round", required=True, help="填报期：2022 或 2022Q3")
        parser.add_argument("--unit", required=True, help="单位代码，可省略末尾的 0")
        parser.add_argument("-o", "--output", required=True, type=Path, help="写到哪个文件")
        parser.add_argument(
            "--shape",
            choices=Shape.values,
            default="survey",
            help="；".join(map("=".join, Shape.choices)),
        )
        parser.add_argument("--approved", action="store_true", help="只用已审定的数据")

    def handle(self, *, round, unit, output, shape, approved, **options):
        filing = filing_of(round, unit)
        if filing.level >= Level.COMMUNITY:
            raise CommandError(
                f"{filing.name}是社区，报告按街道及以上单位起草；社区的材料在“一社区一档”下载。"
            )
        report = Report(filing, shape=shape, approved=approved)
        used = len(report.used)
        try:
            output.write_bytes(report.file())
        except OSError as error:
            raise CommandError(f"写不了 {output}：{error.strerror}。") from None
        self.stdout.write(f"{report.title}：已写入 {output}，文中 {used} 个数字都可追溯。")
