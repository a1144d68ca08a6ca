"""What a password must be: two presets, for they contradict each other.

GB/T 22239 (等保) wants classes of characters and a change every 90 days; the modern rules
(ASVS 5.0) forbid both and want length and a list of what people take. Both refuse common words and
those of the office itself.
"""

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

CLASSES = [r"[A-Z]", r"[a-z]", r"\d", r"[^A-Za-z\d]"]
# What an office's people take first: the words of the job in Latin letters.
OFFICE_WORDS = """
minzhengju minzheng mzj shequ jiedao jiedaoban jiedaobanshichu juweihui jumin wangge wanggeyuan
nianbao tianbao diaocha dangyuan dangzhibu zhibu shuji zhuren banshichu zhengfu guanli guanliyuan
admin administrator system shenhe password mima woaini zhongguo beijing community street survey
civil bureau qwerty asdf zxcv abc
""".split()
# Read aloud and copied by hand: without l, I, O, 0, 1.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


@dataclass(frozen=True)
class PasswordPolicy:
    """One policy, as the setting PASSWORD_POLICY names it."""

    length: int
    classes: int
    days: int  # 0: no rotation
    remembered: int  # how many of the last passwords, the present one included, are not taken again
    description: str  # what the change page says above the fields


PASSWORD_POLICIES = {
    "dengbao": PasswordPolicy(
        length=10,
        classes=3,
        days=90,
        remembered=5,
        description="至少 10 个字符；大写字母、小写字母、数字、符号至少三类；"
        "每 90 天更换，不能与最近 5 个相同。",
    ),
    "modern": PasswordPolicy(
        length=12,
        classes=0,
        days=0,
        remembered=1,
        description="至少 12 个字符，可以是一句话；不能是常见密码或本单位的名称。不要求定期更换。",
    ),
}


def password_policy():
    """The policy in force."""
    return PASSWORD_POLICIES[settings.PASSWORD_POLICY]


class LongEnough:
    """At least as long as the policy says."""

    def validate(self, password, user=None):
        least = password_policy().length
        if len(password) < least:
            raise ValidationError(f"密码太短，至少要 {least} 个字符。")

    def get_help_text(self):
        return password_policy().description


class MixedCharacters:
    """Of several classes, where the policy asks for that."""

    def validate(self, password, user=None):
        found = sum(1 for pattern in CLASSES if re.search(pattern, password))
        least = password_policy().classes
        if found < least:
            raise ValidationError(
                f"密码只有 {found} 类字符；大写字母、小写字母、数字、符号中至少要有 {least} 类。"
            )

    def get_help_text(self):
        return ""


class NotObvious(CommonPasswordValidator):
    """Neither on the list of common passwords nor a word of the office with figures around it."""

    def validate(self, password, user=None):
        if password.lower().strip() in self.passwords:
            raise ValidationError("这个密码太常见，容易被猜到；请换一个。")
        letters = re.sub(r"[^a-z]", "", password.lower())
        words = [*OFFICE_WORDS, *settings.PASSWORD_WORDS]
        for word in sorted(words, key=len, reverse=True):
            rest = letters.replace(word.lower(), "")
            if rest != letters and len(rest) < 4:
                raise ValidationError(f"密码不能只是“{word}”加数字或符号，容易被猜到；请换一个。")


class NotReused:
    """None of the last ones: each replaced password leaves its hash, however it was changed."""

    def validate(self, password, user=None):
        if not user or not user.pk:
            return
        last = password_policy().remembered
        former = user.password_records.values_list("hash", flat=True)[: last - 1]
        hashes = [each for each in [user.password_before, *former] if each]
        if not any(check_password(password, each) for each in hashes):
            return
        if last > 1:
            raise ValidationError(f"这个密码最近用过（最近 {last} 个不能再用）；请换一个。")
        raise ValidationError("新密码与现在的相同；请换一个。")

    def password_changed(self, password, user=None):
        user.remember_password()

    def get_help_text(self):
        return ""


def one_time_password():
    """Return a password for one sign-in, easy to read out: `kfm7-Qrx2-tnw9`."""
    first, middle, last = random_group(), random_group(), random_group()
    return f"{first}-{middle.capitalize()}-{last}"


def random_group():
    letters = "".join(secrets.choice(LETTERS) for _ in range(3))
    return letters + secrets.choice(DIGITS)
