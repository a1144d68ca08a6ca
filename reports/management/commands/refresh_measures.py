"""Count stored measures anew: where a definition changed, or where the administrator says so."""

from django.core.management.base import BaseCommand, CommandError

from reports.engine.definitions import mark_for_recount
from reports.engine.recounting import marked_rounds, recount_area, recount_round
from reports.models import Recount
from surveys.management.arguments import round_of, unit_of
from surveys.models import Filing


class Command(BaseCommand):
    help = (
        "重算已存的指标和汇总：不写参数，重算所有待重算的填报期；中断后再运行，从断处接着算。"
        "已关闭、已审定的填报期也算，已签发的报告不变。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--round", help="只算一个填报期：2022 或 2022Q3，不待重算的也算")
        parser.add_argument("--unit", help="只算一个单位及其以下，单位代码，可省略末尾的 0")

    def handle(self, *, round, unit, **options):
        unit = unit and unit_of(unit)
        rounds = [round_of(round, unit)] if round else list(marked_rounds())
        if not rounds:
            self.stdout.write("没有待重算的填报期。")
        for each in rounds:
            if unit and unit != each.unit:
                self.count_area(each, unit, is_named=bool(round))
            else:
                self.count_round(each)

    def count_round(self, round):
        if not Recount.objects.filter(round=round).exists():
            mark_for_recount(round, [])
        self.tell_progress(round.title, round.filings.count(), recount_round(round))
        self.stdout.write(f"{round.title}：已重算。")

    def count_area(self, round, unit, *, is_named):
        filing = Filing.objects.select_related("round").filter(round=round, unit=unit).first()
        if filing is None:
            if is_named:
                raise CommandError(f"{unit}在“{round}”中没有填报表，可能当时尚未设立。")
            return
        total = Filing.objects.within(filing).filter(round=round).count()
        self.tell_progress(f"{round.title} {unit}", total, recount_area(filing))
        self.stdout.write(f"{round.title} {unit}：已重算。")
        if Recount.objects.filter(round=round).exists():
            self.stdout.write("这一期的其他单位仍待重算。")

    def tell_progress(self, name, total, counts):
        for counted in counts:
            self.stdout.write(f"{name}：{counted:,} / {total:,}")
            self.stdout.flush()
