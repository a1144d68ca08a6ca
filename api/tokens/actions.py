"""What happens to a key: opened, enabled, used, revoked, refused; each with its line in the trail."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditSource
from api.models import Token
from api.tokens import secrets


@transaction.atomic
def open_token(*, by, name, unit, expires_on):
    """A new key, which opens nothing until it is enabled. Returns it with its text, which nothing keeps."""
    secret = secrets.new()
    token = Token.objects.create(
        name=name, unit=unit, expires_on=expires_on, created_by=by, hash=secrets.hashed(secret)
    )
    note(
        token,
        by=by,
        verb="开设令牌",
        changes={"单位": ["", unit.name], "有效期至": ["", str(expires_on)]},
    )
    return token, secrets.text(token, secret)


@transaction.atomic
def enable(*, by, token):
    """Let the program in. Returns whether this did it: somebody else may have been faster, or it was revoked."""
    waiting = Token.objects.filter(pk=token.pk, enabled_at=None, revoked_at=None)
    if not waiting.update(enabled_at=timezone.now(), enabled_by=by):
        return False
    note(token, by=by, verb="启用令牌")
    return True


@transaction.atomic
def revoke(*, by, token):
    """Shut the program out, from its next question on. Returns whether this did it."""
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by
    ):
        return False
    note(token, by=by, verb="吊销令牌")
    return True


@transaction.atomic
def read_by(*, token, what):
    """Note what a program asked for, and count it."""
    Token.objects.filter(pk=token.pk).update(used_at=timezone.now(), uses=F("uses") + 1)
    write_entries(line(token, verb="接口读取", what=what))


def refused(*, token, why):
    """Note a question that was not answered; `token` is None where nobody knows what was shown."""
    if token:
        write_entries(line(token, verb="接口拒绝", what=f"{token}：{why}"))
    else:
        write_entries(
            audit_entry(
                by=None, name="未知令牌", verb="接口拒绝", what=why, source=AuditSource.INTERFACE
            )
        )


def line(token, *, verb, what):
    """A line about what a program did; nobody signed in."""
    about = {"name": f"令牌：{token.name}", "path": token.unit.path, "target": f"token:{token.pk}"}
    return audit_entry(by=None, verb=verb, what=what, source=AuditSource.INTERFACE, **about)


def note(token, *, by, verb, changes=None):
    """A line about what an administrator did."""
    target = f"token:{token.pk}"
    write_entries(
        audit_entry(
            by=by, verb=verb, what=token.name, path=token.unit.path, target=target, changes=changes
        )
    )
