from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from communities.files import UnreadableFile, csv_rows, xlsx_rows
from reports.resources import StandardResource
from reports.rulebook.sheets import import_faults, import_summary, rows_as_dataset

RULE_BOOK = settings.BASE_DIR / "fixtures" / "standards.csv"
READERS = {".csv": csv_rows, ".xlsx": xlsx_rows}


class Command(BaseCommand):
    help = (
        "载入规则库（默认为随附的 fixtures/standards.csv）；"
        "可重复运行，有错则一行不写，文件之外的标准不动。"
    )
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", default=str(RULE_BOOK), help=".csv 或 .xlsx，列名同系统管理中的导出"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")

    def handle(self, *, file, dry_run, **options):
        resource = StandardResource()
        result = resource.import_data(
            read_standards(Path(file)),
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
        )
        problems = list(import_faults(result, resource))
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"共 {len(problems)} 处错误，没有写入任何标准。")
        tried = "试运行，未写入：" if dry_run else ""
        self.stdout.write(f"{tried}{import_summary(result)}")


def read_standards(path):
    """The sheet as a table. Raises CommandError with a sentence."""
    if path.suffix.lower() not in READERS:
        raise CommandError(f"只读 .csv 和 .xlsx 文件，“{path.name}”不是；请另存为其中一种。")
    if not path.is_file():
        raise CommandError(f"没有找到文件“{path}”。")
    try:
        return rows_as_dataset(READERS[path.suffix.lower()](path), f"文件“{path.name}”是空的。")
    except UnreadableFile as error:
        raise CommandError(str(error)) from error
