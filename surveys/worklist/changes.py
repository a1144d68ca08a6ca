"""What changed in a filing between two hand-ins, told from the audit trail."""

from accounts.models import AuditEntry
from surveys.actions.handing_in import HANDED_IN, RETURNED

NOT_VALUES = {"状态", "办理环节", "理由"}


def trail_of_filing(filing):
    return AuditEntry.objects.filter(target=f"filing:{filing.pk}")


def changes_since_hand_in(filing, *, back=1):
    """[(cell, old, new)] since the last hand-in, or with back=2 between the one before and it; None for a first one.

    In the order of the cells' names. Several saves of one cell count as one; a value that was put back is no change.
    """
    marks = [*trail_of_filing(filing).filter(verb=HANDED_IN).values_list("pk", flat=True)[:back]]
    if len(marks) < back:
        return None
    entries = trail_of_filing(filing).filter(pk__gt=marks[-1])
    if back > 1:
        entries = entries.filter(pk__lt=marks[0])
    return sum_changes(entries.order_by("pk").values_list("changes", flat=True))


def changes_since_return(filing):
    """[(cell, old, new)] since the filing was last sent back, which is when somebody last read it; None where it never was.

    One query.
    """
    lines = [*trail_of_filing(filing).values_list("verb", "changes")]
    at = next((at for at, (verb, _) in enumerate(lines) if verb == RETURNED), None)
    return None if at is None else sum_changes(changes for _, changes in reversed(lines[:at]))


def sum_changes(lines):
    """The changes of several lines of the trail, oldest first, as one."""
    found = {}
    for changes in lines:
        for cell, (old, new) in changed_cells(changes):
            found[cell] = (found[cell][0] if cell in found else old, new)
    return sorted((cell, *pair) for cell, pair in found.items() if pair[0] != pair[1])


def changed_cells(changes):
    """The cells of one line of the trail; the way of the filing itself is left out."""
    return ((cell, pair) for cell, pair in changes.items() if cell not in NOT_VALUES)
