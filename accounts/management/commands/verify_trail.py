from django.core.management.base import BaseCommand, CommandError

from accounts.models import Seal
from accounts.sealing import seal_matches, seal_trail, verify_seals


class Command(BaseCommand):
    help = "核验操作留痕：逐行对照封签，指出被改动、删除或补入的行；没有问题时把新的行封存。建议每天运行一次。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor", default="", help="以前抄下的封签，如 12:3fa9c1d2e4b5a697，一并核对"
        )
        parser.add_argument("--no-seal", action="store_true", help="只核验，不封存新的行")

    def handle(self, *, anchor, no_seal, **options):
        wrong = list(verify_seals())
        if anchor and not seal_matches(anchor):
            wrong.append(
                f"抄下的封签 {anchor} 与库中的不一致：留痕连同封签被整体改写过，或抄写有误。"
            )
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"操作留痕有 {len(wrong)} 处不对。请保留现场，与最近的备份比对。")
        fresh = 0
        if not no_seal:
            fresh = seal_trail()
        self.stdout.write(f"操作留痕完好，新封存 {fresh:,} 行。")
        if last := Seal.objects.last():
            self.stdout.write(f"最新封签：{last}（抄在纸上，下次用 --anchor 核对）")
