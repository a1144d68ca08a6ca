"""The back room for people and the trail, and the trail's lines about the back room itself."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, AuditSource, User

admin.site.unregister(Group)  # what a person may do comes from assignments alone


class Audited(admin.ModelAdmin):
    """A ModelAdmin that notes additions, changes and deletions in the trail as it saves them."""

    def get_actions(self, request):
        """Leave out deleting a whole selection: it leaves no time to think."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_model(self, request, obj, form, change):
        obj.audited = {}
        if change:
            obj.audited = form_changes(form)
        super().save_model(request, obj, form, change)

    def log_addition(self, request, obj, message):
        self.audit(request, obj, self.verb_about("新增"), inline_changes(message))
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        if not message:
            return None
        changes = getattr(obj, "audited", {}) | inline_changes(message)
        verb = self.verb_about("修改") if changes else "修改密码"
        self.audit(request, obj, verb, changes)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self.audit(request, obj, self.verb_about("删除"), {})
        return super().log_deletions(request, queryset)

    def verb_about(self, verb):
        return f"{verb}{self.opts.verbose_name}"

    def audit(self, request, obj, verb, changes):
        """Write the line of the trail about one object of this model."""
        unit = getattr(obj, "unit", obj)
        line = audit_entry(
            by=request.user,
            verb=verb,
            what=str(obj),
            source=AuditSource.ADMIN,
            path=getattr(unit, "path", ""),
            target=f"{self.opts.model_name}:{obj.pk}",
            changes=changes,
        )
        write_entries(line)


def form_changes(form):
    """Return {label: [old, new]} of a saved form; secrets are left out."""
    changes = {}
    for name in form.changed_data:
        if "password" in name:
            continue
        field = form.fields[name]
        old = form_value_text(field, form.get_initial_for_field(field, name))
        new = form_value_text(field, form.cleaned_data[name])
        changes[str(field.label)] = [old, new]
    return changes


def form_value_text(field, value):
    """Return a form value as the page shows it: the chosen object's name, the choice's label."""
    if value in (None, ""):
        return ""
    if hasattr(field, "queryset"):
        return chosen_object_name(field, value)
    if hasattr(field, "choices"):
        labels = {str(key): str(label) for key, label in field.choices}
        return labels.get(str(value), str(value))
    if value is True:
        return "是"
    if value is False:
        return "否"
    return str(value)


def chosen_object_name(field, value):
    """Return the name of an object given as itself or by its id; the id where it is gone."""
    if hasattr(value, "pk"):
        return str(value)
    chosen = field.queryset.filter(pk=value).first()
    return str(chosen or value)


INLINE_CHANGES = {
    "added": ["", "新增"],
    "changed": ["", "修改"],
    "deleted": ["", "删除"],
}


def inline_changes(message):
    """Return {row: [old, new]} of the rows below the object, from the admin's own message."""
    if not isinstance(message, list):
        return {}
    changes = {}
    for part in message:
        for verb, detail in part.items():
            if "object" in detail:
                row = f"{detail['name']} {detail['object']}"
                changes[row] = list(INLINE_CHANGES[verb])
    return changes


@admin.register(User)
class UserAdmin(Audited, DjangoUserAdmin):
    """People are made inactive, never deleted: the trail names them."""

    list_display = ["username", "name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password", "name"]}),
        ("权限", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("日期", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "name", "password1", "password2"]})
    ]
    readonly_fields = ["last_login", "date_joined"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """The trail, to be read only."""

    list_display = ["at", "name", "source", "verb", "what"]
    list_filter = ["source", "at"]
    search_fields = ["name", "what", "target"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
