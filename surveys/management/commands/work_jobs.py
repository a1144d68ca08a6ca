import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from surveys.jobs import work

PAUSE = 2  # seconds


class Command(BaseCommand):
    help = "办理排队的任务，直到停止它。仅在设了 JOBS=worker 时需要；--once 办完排队的就结束。"

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="办完排队的任务就结束")

    def handle(self, *, once, **options):
        work()
        while not once:
            time.sleep(PAUSE)
            close_old_connections()
            work()
