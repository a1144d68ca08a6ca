import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from surveys.actions import import_workbook, read_workbook
from surveys.actions.uploads import applied_before
from surveys.difference import workbook_differences
from surveys.management import summary
from surveys.management.arguments import round_of, sentences, unit_of
from surveys.reading.guard import MAX_FILE

HOW = """
每一处的决定写成 JSON 文件，用 --decisions 文件名 交给本命令，三选一：
  {"unit": "区划代码"} 这一行属于哪个单位；{"value": "…"} 该格应是什么；{"leave_out": true} 不要这一行
可从下面抄起，逐条改好："""
AREA = ("round", "unit", "content")
GO_ON = "也可加 --leave-out-undecided：略过这些行，其余入库。"


class Command(BaseCommand):
    help = "读入一份调查工作簿：核对、比较、入库，可用 undo_upload 撤销。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("file", help="工作簿，.xlsx 或 .xls")
        parser.add_argument("--round", required=True, help="填报期：2022、2022Q3")
        parser.add_argument("--unit", help="只收这一单位及其下级的行：区划代码，末尾的零可省")
        parser.add_argument("--dry-run", action="store_true", help="只核对和比较，什么也不写")
        parser.add_argument("--decisions", help="决定文件（JSON）：单元格 → 决定")
        parser.add_argument(
            "--leave-out-undecided", action="store_true", help="略过待决定的行，其余入库"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *, file, dry_run, leave_out_undecided, **options):
        unit = unit_of(options["unit"]) if options["unit"] else None
        round = round_of(options["round"], unit)
        decisions = decided(options["decisions"]) if options["decisions"] else {}
        given = {
            "round": round,
            "unit": unit or round.unit,
            "name": Path(file).name,
            "content": content(file),
        }
        if not dry_run and (
            earlier := applied_before(**{k: given[k] for k in AREA}, decisions=decisions)
        ):
            self.tell_again(earlier, as_json=options["json"])
            return
        with sentences():
            reading = read_workbook(**given, decisions=decisions)
            waits = bool(reading.undecided) and not leave_out_undecided
            upload = None
            if not (dry_run or waits):
                given |= {"decisions": decisions, "leave_out_undecided": leave_out_undecided}
                upload = import_workbook(**given, reading=reading)
        self.tell(reading, upload, round, as_json=options["json"])
        if waits:
            raise SystemExit(1)

    def tell_again(self, upload, *, as_json):
        """The file is in already and nothing was saved since: said without reading it again."""
        counts = {name: again(counts) for name, counts in upload.counts.items()}
        if as_json:
            found = [
                finding | {"place": f"{finding.get('sheet')}!{finding.get('cell')}"}
                for finding in upload.findings
            ]
            told = {
                "upload": upload.pk,
                "applied": True,
                "sections": counts,
                "findings": found,
                "undecided": [],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        self.stdout.writelines(f"{line}\n" for line in summary.count_lines(counts, upload.round))
        at = timezone.localtime(upload.applied_at)
        self.stdout.write(
            f"\n这个文件已于 {at:%Y-%m-%d %H:%M} 入库（批次 {upload.pk}），此后没有改动，不必再入库。"
        )

    def tell(self, reading, upload, round, *, as_json):
        counts = upload.counts if upload else counted(reading)
        if as_json:
            self.stdout.write(
                json.dumps(answer(reading, counts, upload), ensure_ascii=False, indent=2)
            )
            return
        self.stdout.writelines(f"{line}\n" for line in summary.lines(reading, counts, round))
        if upload:
            self.stdout.write(
                f"\n已入库，批次 {upload.pk}。撤销：manage.py undo_upload {upload.pk}"
            )
        elif reading.undecided:
            self.stdout.write("\n".join(["\n没有写入。" + HOW, skeleton(reading), GO_ON]))
        else:
            self.stdout.write("\n只是核对，没有写入。")


def again(counts):
    """What a section's counts are when the same file comes a second time."""
    same = counts["new"] + counts["changed"] + counts["same"]
    return {"new": 0, "changed": 0, "same": same, "absent": counts["absent"]}


def content(file):
    """The bytes of the file, not much more than may be read anyway."""
    try:
        with open(file, "rb") as stream:
            return stream.read(MAX_FILE + 1)
    except OSError as error:
        raise CommandError(f"文件 {file} 打不开：{error.strerror}。请核对路径。") from None


def decided(file):
    """The decisions in a JSON file: {"sheet!cell": {"unit" | "value" | "leave_out": …}}."""
    try:
        found = json.loads(content(file).decode("utf-8-sig"))
    except ValueError as error:
        raise CommandError(f"决定文件 {file} 不是有效的 JSON：{error}。") from None
    wrong = (
        [f"{place}" for place, each in found.items() if not is_decision(each)]
        if isinstance(found, dict)
        else [file]
    )
    if wrong:
        raise CommandError(
            f"决定文件中 {'、'.join(wrong[:5])} 读不懂，应写成 "
            '{"工作表!C22": {"unit": "区划代码"}}、{"value": "…"} 或 {"leave_out": true}。'
        )
    return found


def is_decision(decision):
    return (
        isinstance(decision, dict)
        and len(decision) == 1
        and next(iter(decision)) in ("unit", "value", "leave_out")
    )


def counted(reading):
    """{section: counts} of what a reading would change; what only the comparison tells joins its findings."""
    found = workbook_differences(reading)
    reading.findings += [
        finding for difference in found.values() for finding in difference.findings
    ]
    return {name: difference.counts for name, difference in found.items()}


def answer(reading, counts, upload):
    return {
        "upload": upload and upload.pk,
        "applied": upload is not None,
        "sections": counts,
        "findings": [finding.as_dict() | {"place": finding.place} for finding in reading.findings],
        "undecided": [finding.place for finding in reading.undecided],
    }


def skeleton(reading):
    """A decisions file to start from; as it stands it decides nothing, so that no row is lost unread."""
    return json.dumps(
        {each.place: {"unit": "区划代码"} for each in reading.undecided},
        ensure_ascii=False,
        indent=2,
    )
