"""What happens to an account: a password is changed or issued, somebody is let in or kept out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.lockout import unlock_account
from accounts.models import AuditSource, User
from accounts.passwords import one_time_password, password_policy

ONE_TIME_DAYS = 7


@transaction.atomic
def change_password(*, by, password) -> None:
    """Give a person their own new password; every other session of theirs ends."""
    by.set_password(password)
    by.must_change_password = False
    by.save()
    by.end_sessions()
    note_account(by, by=by, verb="修改密码")


@transaction.atomic
def issue_password(*, user, by) -> str:
    """Set and return a password for one sign-in, which must then be changed.

    It is returned this once; only its hash is kept.
    """
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save()
    user.end_sessions()
    unlock_account(user.username)
    note_account(user, by=by, verb="发一次性密码")
    return password


@transaction.atomic
def set_active(*, user, active, by) -> None:
    """Let somebody in again, or keep them out from the next request on.

    People are never deleted: the trail names them.
    """
    user.is_active = active
    user.save(update_fields=["is_active"])
    user.end_sessions()
    old, new = "启用", "停用"
    if active:
        old, new = new, old
    note_account(user, by=by, verb=f"{new}账号", changes={"状态": [old, new]})


def note_account(user, *, by, verb, changes=None) -> None:
    """Write the line of the trail about an account."""
    line = audit_entry(
        by=by,
        verb=verb,
        what=str(user),
        source=AuditSource.PAGE if by else AuditSource.COMMAND,
        path=user.place,
        target=f"user:{user.pk}",
        changes=changes,
    )
    write_entries(line)


def password_expired(user) -> bool:
    """Return whether a one-time password was not used in time."""
    return user.must_change_password and older_than(user.password_changed_at, ONE_TIME_DAYS)


def password_due(user) -> bool:
    """Return whether the password policy asks for a new password by now."""
    days = password_policy().days
    return bool(days) and older_than(user.password_changed_at, days)


def older_than(moment: datetime, days: int) -> bool:
    age = timezone.now() - moment
    return age > timedelta(days=days)


@transaction.atomic
def note_sign_in_again(*, user) -> None:
    """Note that somebody went on where an idle session had ended."""
    note_account(user, by=user, verb="继续登录")


@transaction.atomic
def note_sign_in(*, user, address) -> tuple[datetime | None, str]:
    """Note a sign-in and return (when, from where) of the one before.

    Whoever's password is too old must change it first.
    """
    before = user.last_login, user.last_address
    user.last_address = address
    user.must_change_password = user.must_change_password or password_due(user)
    user.save(update_fields=["last_address", "must_change_password"])
    note_account(user, by=user, verb="登录")
    return before


def note_failed_sign_in(*, user: User | None, locked: bool) -> None:
    """Note a refused sign-in at an account, or at none of ours.

    What was typed is not noted: people put their password into the field for the name.
    """
    verb = "登录被锁定" if locked else "登录失败"
    about = {"what": "未知用户名"}
    if user:
        about = {"what": str(user), "path": user.place, "target": f"user:{user.pk}"}
    line = audit_entry(by=None, name="未登录", verb=verb, **about)
    write_entries(line)
