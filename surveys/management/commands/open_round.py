from django.core.management.base import BaseCommand, CommandError

from surveys.actions import open_round
from surveys.management.arguments import day_of, end_of, sentences, unit_of


class Command(BaseCommand):
    help = "开设一个填报期：manage.py open_round --year 2022 --unit 130983 --due 2022-12-31"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("--year", help="年份，如 2022")
        parser.add_argument("--period", help="期别，如 2022、2022Q3、2022M05")
        parser.add_argument("--unit", required=True, help="覆盖单位的区划代码，末尾的零可省")
        parser.add_argument(
            "--due", required=True, help="截止日期，如 2022-12-31，当日 24 时前有效"
        )
        parser.add_argument("--title", default="", help="名称，不写则自动取名")
        parser.add_argument("--reference", help="基准日，不写则为该期最后一天")
        parser.add_argument(
            "--kinds",
            nargs="+",
            choices=["community", "village"],
            help="只要社区或村填报，不写则都填",
        )
        parser.add_argument(
            "--sections",
            nargs="+",
            metavar="分项",
            help="只填这些分项，如 profile funds，不写则全部",
        )
        parser.add_argument(
            "--carried",
            nargs="*",
            metavar="分项",
            help="带入上期数据的分项，不写则全部；只写 --carried 则都不带入",
        )

    def handle(self, **options):
        period = options["period"] or options["year"]
        if not period:
            raise CommandError("请用 --year 2022 或 --period 2022Q3 说明是哪一期。")
        with sentences():
            round = open_round(
                unit=unit_of(options["unit"]),
                period=period.strip().upper(),
                due_at=end_of(day_of(options["due"])),
                title=options["title"],
                reference_date=options["reference"] and day_of(options["reference"]),
                kinds=options["kinds"] or [],
                sections=options["sections"] or [],
                carried=options["carried"],
            )
        self.stdout.write(
            f"已开设“{round.title}”：{round.filings.count():,} 份填报表，基准日 {round.reference_date}。"
        )
