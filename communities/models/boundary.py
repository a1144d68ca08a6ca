from django.db import models

from communities import tree
from communities.models.unit import Unit


class BoundaryQuerySet(models.QuerySet):
    def inside(self, path):
        """Return the boundaries of a unit and of everything below it."""
        return self.filter(tree.lies_inside([path], "unit__path"))


class Boundary(models.Model):
    """Where a unit lies, as its bureau drew it: for the map only, nothing is measured from it.

    `shape` is a list of polygons, each a list of rings (the outer one first), each a list of
    [east, north] in hundred-thousandths of a degree, thinned to what a screen can show.
    """

    unit = models.OneToOneField(
        Unit,
        verbose_name="单位",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="boundary",
    )
    shape = models.JSONField("边界")

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "边界"

    def __str__(self):
        return f"{self.unit}的边界"
