"""The back room for people and the trail; also how every change made in the back room gets its line in the trail."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, AuditSource, User

admin.site.unregister(Group)  # what a person may do comes from assignments alone


class Audited(admin.ModelAdmin):
    """A ModelAdmin whose additions, changes and deletions are in the trail, in the same transaction."""

    def get_actions(self, request):
        """One thing at a time: deleting a whole selection leaves no time to think."""
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name != "delete_selected"
        }

    def save_model(self, request, obj, form, change):
        obj.audited = form_changes(form) if change else {}
        super().save_model(request, obj, form, change)

    def log_addition(self, request, obj, message):
        self.audit(request, obj, "新增", inline_changes(message))
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        if not message:
            return None
        changes = getattr(obj, "audited", {}) | inline_changes(message)
        self.audit(request, obj, "修改" if changes else "修改密码", changes)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self.audit(request, obj, "删除", {})
        return super().log_deletions(request, queryset)

    def audit(self, request, obj, verb, changes):
        unit = getattr(obj, "unit", obj)
        write_entries(
            audit_entry(
                by=request.user,
                verb=f"{verb}{self.opts.verbose_name}" if verb != "修改密码" else verb,
                what=str(obj),
                source=AuditSource.ADMIN,
                path=getattr(unit, "path", ""),
                target=f"{self.opts.model_name}:{obj.pk}",
                changes=changes,
            )
        )


def form_changes(form):
    """{label: [old, new]} of a saved form; secrets are left out."""
    return {
        str(form.fields[name].label): [
            form_value_text(form.fields[name], form.get_initial_for_field(form.fields[name], name)),
            form_value_text(form.fields[name], form.cleaned_data[name]),
        ]
        for name in form.changed_data
        if "password" not in name
    }


def form_value_text(field, value):
    """A form value as the page shows it: the name of the chosen object, the label of the choice."""
    if value in (None, ""):
        return ""
    if hasattr(field, "queryset"):
        return str(
            value if hasattr(value, "pk") else field.queryset.filter(pk=value).first() or value
        )
    if hasattr(field, "choices"):
        labels = {str(key): str(label) for key, label in field.choices}
        return labels.get(str(value), str(value))
    return {True: "是", False: "否"}.get(value, str(value))


def inline_changes(message):
    """What happened to the rows below the object, from the admin's own message."""
    changes = {}
    for part in message if isinstance(message, list) else []:
        for verb, detail in part.items():
            if "object" in detail:
                old, new = {
                    "added": ["", "新增"],
                    "changed": ["", "修改"],
                    "deleted": ["", "删除"],
                }[verb]
                changes[f"{detail['name']} {detail['object']}"] = [old, new]
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
