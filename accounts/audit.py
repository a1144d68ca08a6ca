"""The one way to write the audit trail."""

from accounts.address import current_address
from accounts.models import AuditEntry, AuditSource

LONGEST_OBJECT = 200  # characters of AuditEntry.what


def audit_entry(
    *, by, verb, what, source=AuditSource.PAGE, path="", target="", changes=None, name="系统"
):
    """Return an unsaved line of the trail; bulk paths collect many for `write_entries`.

    `by` is the user, or None for a command run at the server's console; `name` then says who it
    was otherwise.
    """
    role = ""
    if by:
        name, role = by.name, by.role_label
    return AuditEntry(
        by=by,
        name=name,
        role=role,
        address=current_address.get(),
        source=source,
        verb=verb,
        what=what[:LONGEST_OBJECT],
        path=path,
        target=target,
        changes=changes or {},
    )


def write_entries(*entries):
    """Save lines of the trail; call it inside the transaction of the change they tell of."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)
