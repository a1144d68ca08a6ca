"""Boundaries kept and taken away, each time with a line in the trail."""

from django.db import transaction

from accounts.audit import audit_entry, write_entries
from communities.models import Boundary


@transaction.atomic
def keep_boundaries(*, area, shapes, file, by):
    """The boundaries of these units ({unit: shape}), in place of what was kept of them."""
    Boundary.objects.filter(unit__in=[unit.pk for unit in shapes]).delete()
    Boundary.objects.bulk_create(
        [Boundary(unit=unit, shape=shape) for unit, shape in shapes.items()], batch_size=200
    )
    note_boundaries(area, by, "上传边界", f"{file[:60]}：{len(shapes)} 个单位的边界")


@transaction.atomic
def clear_boundaries(*, area, by):
    """No boundaries any more of a unit and all below it; returns how many there were."""
    number, _ = Boundary.objects.inside(area.path).delete()
    if number:
        note_boundaries(area, by, "删除边界", f"{area.name}：{number} 个单位的边界")
    return number


def note_boundaries(area, by, verb, what):
    write_entries(
        audit_entry(by=by, verb=verb, what=what, path=area.path, target=f"unit:{area.pk}")
    )
