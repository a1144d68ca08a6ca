"""The one way to write the audit trail."""

from accounts.address import current_address
from accounts.models import AuditEntry, AuditSource


def audit_entry(
    *, by, verb, what, source=AuditSource.PAGE, path="", target="", changes=None, name="系统"
):
    """An unsaved line of the trail; bulk paths collect many and write them with `record`.

    `by` is the user, or None for a command run at the server's console; `name` then says who it was otherwise.
    """
    return AuditEntry(
        by=by,
        name=by.name if by else name,
        role=by.role_label if by else "",
        address=current_address.get(),
        source=source,
        verb=verb,
        what=what[:200],
        path=path,
        target=target,
        changes=changes or {},
    )


def write_entries(*entries):
    """Write the lines; call it inside the transaction of the change they tell of."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)
