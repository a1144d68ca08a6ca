"""The one way to write the audit trail."""

from accounts.models import AuditEntry, Source


def entry(*, by, verb, what, source=Source.PAGE, path="", target="", changes=None):
    """An unsaved line of the trail; bulk paths collect many and write them with `record`.

    `by` is the user, or None for a command run at the server's console.
    """
    return AuditEntry(
        by=by,
        name=by.name if by else "系统",
        source=source,
        verb=verb,
        what=what[:200],
        path=path,
        target=target,
        changes=changes or {},
    )


def record(*entries):
    """Write the lines; call it inside the transaction of the change they tell of."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)
