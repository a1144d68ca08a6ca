"""Signing in, and choosing a new password.

The sentences are our own, for the browser's are in its own language.
"""

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import AuthenticationForm

from accounts import lockout
from accounts.actions import ONE_TIME_DAYS, password_expired
from accounts.models import User

WRONG = "用户名或密码不对，请核对后再试（区分大小写）。忘记密码请找安全管理员重置。"
LOCKED = "连续输错 5 次，这个账号在这台电脑的地址上已锁定，请 {} 分钟后再试；急用请找安全管理员重置密码。"


def password_field(label, autocomplete, **attributes):
    """Return a form field for a password."""
    attributes = {"class": "inp", "autocomplete": autocomplete, **attributes}
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput(attributes),
        error_messages={"required": f"请填{label}。"},
    )


class SignInForm(AuthenticationForm):
    """Name and password. Every refusal says one sentence, so that none tells which names exist."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=forms.TextInput(
            {
                "class": "inp",
                "autofocus": True,
                "autocomplete": "username",
                "autocapitalize": "none",
            }
        ),
        error_messages={"required": "请填用户名。"},
    )
    password = password_field("密码", "current-password")
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    # Our sentences stand in the page; the browser's bubble is in its own language.
    use_required_attribute = False

    @property
    def locked_minutes(self):
        return lockout.minutes_left(self.request, self.cleaned_data.get("username"))

    def get_invalid_login_error(self):
        if minutes := self.locked_minutes:
            return forms.ValidationError(LOCKED.format(minutes), code="locked")
        return super().get_invalid_login_error()

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if password_expired(user):
            raise forms.ValidationError(
                f"一次性密码 {ONE_TIME_DAYS} 天内有效，已过期；请找安全管理员重新发一个。"
            )


class PasswordAgainForm(forms.Form):
    """The password alone: the same person goes on in the same page."""

    use_required_attribute = False
    password = password_field("密码", "current-password")

    def __init__(self, request, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self):
        password = self.cleaned_data["password"]
        user = authenticate(self.request, username=self.user.username, password=password)
        if minutes := lockout.minutes_left(self.request, self.user.username):
            raise forms.ValidationError(LOCKED.format(minutes), code="locked")
        if user is None or password_expired(user):
            raise forms.ValidationError("密码不对，请再试一次。", code="wrong")
        self.user = user
        return password


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    use_required_attribute = False
    old = password_field("现在的密码", "current-password", autofocus=True)
    new = password_field("新密码", "new-password")
    again = password_field("再输一次新密码", "new-password")

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self):
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("现在的密码不对；刚收到一次性密码的，请填那个密码。")
        return self.cleaned_data["old"]

    def clean_new(self):
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self):
        new, again = self.cleaned_data.get("new"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一样，请重新输入。")
        return self.cleaned_data


def account_named(username):
    """Return the account somebody tried to enter, or None."""
    return User.objects.filter(username=username).first()
