"""A second made-up city, for trying things out beside the demo: 佳木斯市 in the shape of the report of 2017."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.core.management.base import BaseCommand

from demo.jiamusi import DUE, HEAD, PERIOD, PREFIX, Survey, places
from demo.management.commands.demo import refuse_real_data
from demo.workbook import write_workbook
from surveys.models import Round, Upload

BOOK = "jiamusi_2017.xlsx"


class Command(BaseCommand):
    help = "另一个演示城市：佳木斯市（4 区 5 县市、230 个社区、908 个村，2017 年），数据为模拟。先运行 demo，再运行它。"
    requires_system_checks = ["durability"]

    def handle(self, **options):
        refuse_real_data()
        if Upload.objects.filter(name=BOOK, status=Upload.Status.APPLIED).exists():
            self.stdout.write("佳木斯市 2017 年已在库中。")
            return
        with TemporaryDirectory() as directory:
            self.load(Path(directory))

    def load(self, directory):
        """Units and workbook come in by the same commands as any city's."""
        units, book = directory / "units.csv", directory / BOOK
        write_units(units)
        write_workbook(book, Survey().sheets())
        self.call("load_units", units)
        if not Round.objects.filter(unit__code=f"{PREFIX}00000000", period=PERIOD).exists():
            self.call("open_round", year=PERIOD, unit=PREFIX, due=DUE, kinds=["community"])
        self.call("import_survey", book, round=PERIOD, unit=PREFIX)

    def call(self, *command, **options):
        call_command(*map(str, command), stdout=self.stdout, stderr=self.stderr, **options)


def write_units(path):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *(place.row for place in places())])
