"""Boundaries kept and taken away, each time with a line in the trail."""

from django.db import transaction

from accounts.audit import audit_entry, write_entries
from communities.models import Boundary


@transaction.atomic
def keep_boundaries(*, area, shapes, file, by) -> None:
    """Keep the boundaries of these units ({unit: shape}), in place of their former ones."""
    Boundary.objects.filter(unit__in=shapes).delete()
    boundaries = [Boundary(unit=unit, shape=shape) for unit, shape in shapes.items()]
    Boundary.objects.bulk_create(boundaries, batch_size=200)
    note_boundaries(area, by, "上传边界", f"{file[:60]}：{len(shapes)} 个单位的边界")


@transaction.atomic
def clear_boundaries(*, area, by) -> int:
    """Delete the boundaries of a unit and of all below it, and return how many there were."""
    number, _ = Boundary.objects.inside(area.path).delete()
    if number:
        note_boundaries(area, by, "删除边界", f"{area.name}：{number} 个单位的边界")
    return number


def note_boundaries(area, by, verb, what) -> None:
    line = audit_entry(by=by, verb=verb, what=what, path=area.path, target=f"unit:{area.pk}")
    write_entries(line)
