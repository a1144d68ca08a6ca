"""Boundaries kept and taken away, each time with a line in the trail."""

from django.db import transaction

from accounts.audit import entry, record
from communities.models import Boundary


@transaction.atomic
def keep(*, area, shapes, file, by):
    """The boundaries of these units ({unit: shape}), in place of what was kept of them."""
    Boundary.objects.filter(unit__in=[unit.pk for unit in shapes]).delete()
    Boundary.objects.bulk_create(
        [Boundary(unit=unit, shape=shape) for unit, shape in shapes.items()], batch_size=200
    )
    note(area, by, "上传边界", f"{file[:60]}：{len(shapes)} 个单位的边界")


@transaction.atomic
def clear(*, area, by):
    """No boundaries any more of a unit and all below it; returns how many there were."""
    number, _ = Boundary.objects.inside(area.path).delete()
    if number:
        note(area, by, "删除边界", f"{area.name}：{number} 个单位的边界")
    return number


def note(area, by, verb, what):
    record(entry(by=by, verb=verb, what=what, path=area.path, target=f"unit:{area.pk}"))
