"""What administrators fill in about people."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from accounts.models import User
from accounts.roles import Role
from communities.models import Unit, full_code
from communities.tree import lies_inside

check_username = UnicodeUsernameValidator(
    message="用户名只能用字母、汉字、数字和 @ . + - _，不能有空格。"
)


def find_unit(text, area):
    """Return the open unit somebody named by code or name, inside the area.

    Raises ValidationError where there is none, or several.
    """
    units = Unit.objects.filter(lies_inside(area), closed_on=None)
    found = units.filter(code=full_code(text)) if text.isdigit() else units.called(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(
            f"您管理的范围里没有单位“{text}”；请核对名称，或写 12 位区划代码。"
        )
    codes = "、".join(unit.code or "无代码" for unit in found[:5])
    raise forms.ValidationError(f"有 {len(found)} 个单位叫“{text}”，请改写区划代码：{codes}。")


class UnitField(forms.CharField):
    """A unit by its name or code; the browser proposes those of the area."""

    def __init__(self, **kwargs):
        widget = forms.TextInput({"class": "inp", "list": "units", "autocomplete": "off"})
        super().__init__(label="单位", widget=widget, **kwargs)
        self.error_messages["required"] = "请填单位名称或区划代码。"


class PersonForm(forms.Form):
    """A name and an office."""

    use_required_attribute = False
    name = forms.CharField(
        label="姓名",
        max_length=60,
        widget=forms.TextInput({"class": "inp", "autocomplete": "off"}),
        error_messages={"required": "请填姓名。"},
    )
    unit = UnitField()

    def __init__(self, by, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_unit(self):
        return find_unit(self.cleaned_data["unit"], self.by.admin_area)


class NewPersonForm(PersonForm):
    """A name, an office, and the name to sign in with."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        validators=[check_username],
        widget=forms.TextInput({"class": "inp", "autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": "请填用户名。"},
    )
    field_order = ["username", "name", "unit"]

    def clean_username(self):
        return free_username(self.cleaned_data["username"])


class GrantForm(forms.Form):
    """A role, at a unit or at each person's own."""

    role = forms.ChoiceField(
        label="角色",
        choices=Role,
        widget=forms.Select({"class": "inp", "aria-label": "角色"}),
        error_messages={"required": "请选角色。", "invalid_choice": "没有这种角色。"},
    )
    unit = UnitField(required=False)

    def __init__(self, by, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_unit(self):
        text = self.cleaned_data["unit"]
        if not text:
            return None
        return find_unit(text, self.by.admin_area)


def free_username(username):
    """Return the name. Raises ValidationError where somebody has it, in whatever letters."""
    if User.objects.filter(username__iexact=username).exists():
        raise forms.ValidationError(f"用户名“{username}”已有人用，请换一个。")
    return username
