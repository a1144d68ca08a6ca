from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Name and password; one sentence for every refusal, so that it never tells which names exist."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=forms.TextInput(
            {"class": "inp", "autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        ),
        error_messages={"required": "请填用户名。"},
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput({"class": "inp", "autocomplete": "current-password"}),
        error_messages={"required": "请填密码。"},
    )
    error_messages = {
        "invalid_login": "用户名或密码不对，请核对后再试（区分大小写）。忘记密码请找系统管理员重置。",
        "inactive": "用户名或密码不对，请核对后再试（区分大小写）。忘记密码请找系统管理员重置。",
    }

    use_required_attribute = False  # our sentences stand in the page; the browser's bubble is in its own language
