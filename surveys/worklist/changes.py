"""What changed in a filing between two hand-ins, told from the audit trail."""

from accounts.models import AuditEntry
from surveys.actions.handing_in import HANDED_IN, RETURNED

NOT_VALUES = {"状态", "办理环节", "理由"}


def trail_of_filing(filing):
    return AuditEntry.objects.filter(target=f"filing:{filing.pk}")


def changes_since_hand_in(filing, *, back=1):
    """[(cell, old, new)] since the last hand-in, in the order of the cells' names.

    With back=2 those between the hand-in before and the last one; None where there were fewer
    hand-ins. Several saves of one cell count as one; a value that was put back is no change.
    """
    handed_in = trail_of_filing(filing).filter(verb=HANDED_IN).values_list("pk", flat=True)
    marks = list(handed_in[:back])
    if len(marks) < back:
        return None
    entries = trail_of_filing(filing).filter(pk__gt=marks[-1])
    if back > 1:
        entries = entries.filter(pk__lt=marks[0])
    return sum_changes(entries.order_by("pk").values_list("changes", flat=True))


def changes_since_return(filing):
    """[(cell, old, new)] since the filing was last sent back, when somebody last read it.

    None where it never was sent back. One query.
    """
    newer = []
    for verb, changes in trail_of_filing(filing).values_list("verb", "changes"):
        if verb == RETURNED:
            return sum_changes(reversed(newer))
        newer.append(changes)
    return None


def sum_changes(lines):
    """The changes of several lines of the trail, oldest first, as one: [(cell, old, new)]."""
    found = {}
    for changes in lines:
        for cell, (old, new) in changed_cells(changes):
            if cell in found:
                old, _ = found[cell]
            found[cell] = (old, new)
    changed = []
    for cell, (old, new) in found.items():
        if old != new:
            changed.append((cell, old, new))
    return sorted(changed)


def changed_cells(changes):
    """The cells of one line of the trail; the way of the filing itself is left out."""
    return ((cell, pair) for cell, pair in changes.items() if cell not in NOT_VALUES)
