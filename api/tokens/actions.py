"""What happens to a key: opened, enabled, used, revoked, refused; each with its line in the trail."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry, AuditSource
from api.models import Token
from api.tokens import secrets


@transaction.atomic
def open_token(*, by, name, unit, expires_on) -> tuple[Token, str]:
    """A new token, which opens nothing until it is enabled, and its text, which is kept nowhere."""
    secret = secrets.new()
    token = Token.objects.create(
        name=name, unit=unit, expires_on=expires_on, created_by=by, hash=secrets.hashed(secret)
    )
    changes = {"单位": ["", unit.name], "有效期至": ["", str(expires_on)]}
    record_administration(token, by=by, verb="开设令牌", changes=changes)
    return token, secrets.text(token, secret)


@transaction.atomic
def enable_token(*, by, token) -> bool:
    """Let the program in. False where somebody else was faster, or the token was revoked."""
    waiting = Token.objects.filter(pk=token.pk, enabled_at=None, revoked_at=None)
    if not waiting.update(enabled_at=timezone.now(), enabled_by=by):
        return False
    record_administration(token, by=by, verb="启用令牌")
    return True


@transaction.atomic
def revoke_token(*, by, token) -> bool:
    """Shut the program out, from its next question on. False where it was revoked before."""
    not_revoked = Token.objects.filter(pk=token.pk, revoked_at=None)
    if not not_revoked.update(revoked_at=timezone.now(), revoked_by=by):
        return False
    record_administration(token, by=by, verb="吊销令牌")
    return True


@transaction.atomic
def record_reading(*, token, what) -> None:
    """Write down what a program asked for, and count the question."""
    Token.objects.filter(pk=token.pk).update(used_at=timezone.now(), uses=F("uses") + 1)
    write_entries(program_entry(token, verb="接口读取", what=what))


def record_refusal(*, token, why) -> None:
    """Write down a question that was refused; `token` is None where the token shown is unknown."""
    if token:
        entry = program_entry(token, verb="接口拒绝", what=f"{token}：{why}")
    else:
        entry = audit_entry(
            by=None, name="未知令牌", verb="接口拒绝", what=why, source=AuditSource.INTERFACE
        )
    write_entries(entry)


def program_entry(token, *, verb, what) -> AuditEntry:
    """The audit line about what a program did, not yet written; nobody is signed in."""
    about = {"name": f"令牌：{token.name}", "path": token.unit.path, "target": f"token:{token.pk}"}
    return audit_entry(by=None, verb=verb, what=what, source=AuditSource.INTERFACE, **about)


def record_administration(token, *, by, verb, changes=None) -> None:
    """Write down what an administrator did with a token."""
    target = f"token:{token.pk}"
    entry = audit_entry(
        by=by, verb=verb, what=token.name, path=token.unit.path, target=target, changes=changes
    )
    write_entries(entry)
