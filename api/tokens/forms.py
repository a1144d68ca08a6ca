from datetime import timedelta

from django import forms
from django.utils import timezone

from communities.people.forms import UnitField, find_unit

LONGEST = 366  # days: a key nobody renews ends by itself


class TokenForm(forms.Form):
    """What a program is called, whose figures it reads, and until when."""

    use_required_attribute = False
    name = forms.CharField(
        label="用途",
        max_length=40,
        widget=forms.TextInput(
            {"class": "inp", "autocomplete": "off", "placeholder": "如 市数据平台"}
        ),
        error_messages={"required": "请写明给哪个系统用。"},
    )
    unit = UnitField()
    expires_on = forms.DateField(
        label="有效期至",
        widget=forms.DateInput({"class": "inp", "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填有效期。", "invalid": "日期写成 2027-06-30。"},
    )

    def __init__(self, by, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["unit"].help_text = "能取这个单位及其下级的数据"
        self.initial.setdefault("expires_on", last_day())

    def clean_unit(self):
        return find_unit(self.cleaned_data["unit"], self.by.admin_area)

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if not timezone.localdate() <= day <= last_day():
            raise forms.ValidationError(f"有效期从今天起，至多一年，到 {last_day()}。")
        return day


def last_day():
    """The last day a key opened today may be good for."""
    return timezone.localdate() + timedelta(days=LONGEST)
