"""The back room's view of rounds and uploads: to see what ran, not to change it;
commands and pages do that.
"""

from django.contrib import admin

from surveys.extras import round_sections
from surveys.models import Round, Upload


class ReadOnly(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Round)
class RoundAdmin(ReadOnly):
    list_display = ["title", "unit", "period", "reference_date", "opens_at", "due_at"]
    list_select_related = ["unit"]
    list_filter = ["period"]
    search_fields = ["title", "unit__name", "unit__code"]


@admin.register(Upload)
class UploadAdmin(ReadOnly):
    """What came in, and what became of it; the cells' contents are not shown."""

    list_display = ["pk", "name", "round", "unit", "status", "by", "at", "applied_at", "undone_at"]
    list_select_related = ["round", "unit", "by"]
    list_filter = ["status"]
    search_fields = ["name", "sha256", "unit__name", "unit__code"]
    fields = [
        "name",
        "round",
        "unit",
        "sha256",
        "status",
        "summary",
        "by",
        "at",
        "applied_at",
        "undone_at",
    ]

    @admin.display(description="统计")
    def summary(self, upload):
        """`基本情况 新增 29 变更 0`, section by section."""
        words = []
        for section in round_sections(upload.round):
            counts = upload.counts.get(section.name)
            if counts:
                numbers = f"新增 {counts['new']:,} 变更 {counts['changed']:,}"
                words.append(f"{section.label} {numbers}")
        return "；".join(words)
