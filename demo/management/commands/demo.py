"""A whole city to look at: 黄骅市 as surveyed in 2022, from an empty database to a running server."""

import json
import os
import socket
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, transaction

from accounts.models import User
from communities.models import Assignment, Unit, Workplace
from demo.earlier_rounds import make_earlier_rounds
from surveys.models import Status, Upload

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
CITY, PERIOD = "130983", "2022"
PAST = ("2019", "2020", "2021")  # three make a past that outliers are held against
WORKBOOK, DECISIONS = "demo_2022.xlsx", FIXTURES / "demo_2022_decisions.json"
PASSWORD = "huanghua-2022"  # noqa: S105 - printed for everyone to see; demo accounts exist in demo databases only
PREFIX = "demo-"
REVIEWER = f"{PREFIX}shenhe"
ACCOUNTS = [
    ("demo-huadong", "骅东街道填报员", "130983001", "clerk"),
    ("demo-huazhong", "骅中街道填报员", "130983002", "clerk"),
    ("demo-huaxi", "骅西街道填报员", "130983003", "clerk"),
    (REVIEWER, "黄骅市民政局审核员", "130983", "reviewer"),
    ("demo-chakan", "黄骅市查看员", "130983", "viewer"),
    ("demo-xitong", "黄骅市系统管理员", "130983", "system_admin"),
    ("demo-anquan", "黄骅市安全管理员", "130983", "security_admin"),
    ("demo-shenji", "黄骅市审计员", "130983", "auditor"),
]


class Command(BaseCommand):
    help = "演示：建库，载入黄骅市 2022 年的单位、标准和调查表，造出之前三年的模拟数据，列出演示账号，在 127.0.0.1:8000 启动。可重复运行。"
    requires_system_checks = []  # the tables may not be there yet

    def add_arguments(self, parser):
        parser.add_argument("--no-server", action="store_true", help="只准备数据，不启动服务")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--one-round", action="store_true", help="只要 2022 年，不造往年数据")

    def handle(self, *, no_server, port, one_round, **options):
        if not no_server and taken(port):
            raise CommandError(
                f"端口 {port} 已被别的程序占用。请换一个，如 manage.py demo --port {port + 1}"
            )
        refuse_other_databases()
        self.step("建库", "migrate", verbosity=0)
        refuse_real_data()
        self.step("载入单位", "load_units", FIXTURES / "units_huanghua_2022.csv")
        self.step("载入标准库", "load_standards")
        self.step("载入评分办法", "load_rating")
        make_accounts()
        self.open_rounds(alone=one_round)
        self.import_workbook()
        self.step("达标情况", "compliance", round=PERIOD, unit=CITY)
        self.stdout.write(account_lines())
        if not no_server:
            serve(self.stdout, port)

    def step(self, title, *command, **options):
        """Run one of the commands that also serve a real city, under a heading."""
        self.stdout.write(self.style.MIGRATE_HEADING(f"== {title}"))
        call_command(*map(str, command), stdout=self.stdout, stderr=self.stderr, **options)

    def open_rounds(self, *, alone):
        """2022, and before it the years that led there; they are there first, for 2022 is compared with them.

        2022 starts empty: the city filled in its workbook on paper, without last year's values in it. Carried into it
        they would stand wherever a cell is blank or in question, and these are not the figures of the report.
        """
        city = Unit.objects.by_code(CITY)
        if city.rounds.filter(period=PERIOD).exists():
            self.stdout.write("2022 年填报期已开设。")
            return
        if not alone and not city.rounds.filter(period__in=PAST).exists():
            self.make_past(city)
        self.step("开设填报期", "open_round", year=PERIOD, unit=CITY, due="2022-12-31", carried=[])

    def make_past(self, city):
        self.stdout.write(self.style.MIGRATE_HEADING("== 往年填报（模拟数据）"))
        given = {
            "workbook": (FIXTURES / WORKBOOK).read_bytes(),
            "decisions": json.loads(DECISIONS.read_bytes()),
        }
        reviewer = User.objects.get(username=REVIEWER)
        for round in make_earlier_rounds(unit=city, periods=PAST, reviewer=reviewer, **given):
            done = round.filings.filter(status=Status.APPROVED).count()
            self.stdout.write(f"{round.title}：审定 {done} 份填报表，已关闭。")

    def import_workbook(self):
        """The city's workbook as people wrote it, and the one decision a person had to make."""
        if Upload.objects.filter(name=WORKBOOK, status=Upload.Status.APPLIED).exists():
            self.stdout.write("演示调查表已入库。")
            return
        self.step(
            "导入调查表",
            "import_survey",
            FIXTURES / WORKBOOK,
            round=PERIOD,
            unit=CITY,
            decisions=str(DECISIONS),
        )


def refuse_other_databases():
    """Raise SystemCheckError where the database was made by another version."""
    call_command("check", tags=["versions"], databases=[DEFAULT_DB_ALIAS], stdout=StringIO())


def refuse_real_data():
    """Accounts whose password everyone knows must never come into a database with real ones."""
    if User.objects.exclude(username__startswith=PREFIX).exists():
        raise CommandError(
            "这个库里已有正式用户，演示账号的密码人人可知，不能放进来。"
            "请用空库演示，如 DATABASE_URL=sqlite:///demo.sqlite3 再运行。"
        )


@transaction.atomic
def make_accounts():
    """The people of the demo, each with one area and one role; those that exist stay as they are."""
    hashed = make_password(
        PASSWORD
    )  # one for all, as the password is: each costs as much as a sign-in
    for username, name, code, role in ACCOUNTS:
        given = {"password": hashed, "name": name}
        user, _ = User.objects.get_or_create(username=username, defaults=given)
        unit = Unit.objects.by_code(code)
        Workplace.objects.get_or_create(user=user, defaults={"unit": unit})
        Assignment.objects.get_or_create(user=user, unit=unit, role=role)


def account_lines():
    lines = [f"  {username:<14} {name}" for username, name, _, _ in ACCOUNTS]
    return "\n".join(["", f"演示账号（密码都是 {PASSWORD}，只在演示库中）：", *lines, ""])


def serve(out, port):
    """The small server of a desk, on this machine only; static files come from where they were written."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = (
        "true"  # it is a demonstration, and docs/deploy.md says what is not
    )
    out.write(f"在浏览器打开 http://127.0.0.1:{port}/ ，按 Ctrl+C 停止。")
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)


def taken(port):
    """Whether somebody answers there already."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
