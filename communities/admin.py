"""The back room for the tree: units one by one or as an Excel sheet, and who works where."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import XLSX

from accounts.admin import Audited
from communities.models import Assignment, GovernancePeriod, Unit
from communities.resources import UnitResource


class AssignmentInline(admin.TabularInline):
    model = Assignment
    raw_id_fields = ["user"]
    extra = 0


class GovernancePeriodInline(admin.TabularInline):
    model = GovernancePeriod
    extra = 0


@admin.register(Unit)
class UnitAdmin(ImportExportMixin, Audited):
    """Saving keeps the path right (Unit.save): a changed parent takes the whole subtree along."""

    list_display = ["name", "code", "level", "kind", "parent"]
    list_filter = ["level", "kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "^code"]
    raw_id_fields = ["parent"]
    readonly_fields = ["path"]
    show_full_result_count = False  # counting 650,000 twice for every page of 100
    inlines = [GovernancePeriodInline, AssignmentInline]
    resource_classes = [UnitResource]
    formats = [XLSX]

    def get_import_resource_kwargs(self, request, **kwargs):
        return {"by": request.user}

    def get_import_data_kwargs(self, **kwargs):
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def process_result(self, result, request):
        """Tell that nothing was written where what was right in the preview is wrong by now."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, "预览之后单位有变动，这次没有写入任何行；请重新上传查看。")
            return HttpResponseRedirect(reverse("admin:communities_unit_import"))
        return super().process_result(result, request)


@admin.register(Assignment)
class AssignmentAdmin(Audited):
    list_display = ["user", "unit", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__name", "user__username", "unit__name"]
    raw_id_fields = ["user", "unit"]
