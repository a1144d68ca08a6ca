"""The back room for the rule book: one standard at a time, or the whole book as an Excel sheet."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import XLSX

from accounts.admin import Audited
from reports.engine.tallies import mark_all_stale
from reports.models import Standard, UnitCost
from reports.resources import StandardResource


class UnitCostInline(admin.TabularInline):
    """What a unit of gap costs in single regions."""

    model = UnitCost
    extra = 0


@admin.register(Standard)
class StandardAdmin(ImportExportMixin, Audited):
    """A changed rule makes every roll-up follow anew."""

    list_display = [
        "name",
        "code",
        "topic",
        "force",
        "level",
        "region_name",
        "effective_from",
        "effective_to",
    ]
    list_filter = ["topic", "force", "level", "region_known"]
    search_fields = ["name", "code", "statement", "source"]
    raw_id_fields = ["parent"]
    inlines = [UnitCostInline]
    resource_classes = [StandardResource]
    formats = [XLSX]

    def get_import_resource_kwargs(self, request, **kwargs):
        return {"by": request.user}

    def get_import_data_kwargs(self, **kwargs):
        given = super().get_import_data_kwargs(**kwargs)
        given["rollback_on_validation_errors"] = True
        return given

    def process_result(self, result, request):
        """Say where nothing was written because what was right in the preview is wrong by now."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, "预览之后规则库有变动，这次没有写入任何行；请重新上传查看。")
            return HttpResponseRedirect(reverse("admin:reports_standard_import"))
        return super().process_result(result, request)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        mark_all_stale()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        mark_all_stale()
