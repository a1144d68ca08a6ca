from django.core.management.base import BaseCommand, CommandError

from surveys.actions import undo_upload
from surveys.management.arguments import sentences
from surveys.models import Upload


class Command(BaseCommand):
    help = "整批撤销一次入库：manage.py undo_upload 12。入库后又有人改过的，不能撤销。"
    requires_system_checks = ["durability"]

    def add_arguments(self, parser):
        parser.add_argument("upload", type=int, help="批次号，入库时显示")

    def handle(self, *, upload, **options):
        try:
            found = Upload.objects.select_related("round", "unit").get(pk=upload)
        except Upload.DoesNotExist:
            raise CommandError(f"没有批次 {upload}。请核对入库时显示的批次号。") from None
        with sentences():
            undo_upload(upload=found)
        self.stdout.write(f"批次 {upload}（{found.name}）已撤销，数据恢复到入库之前。")
