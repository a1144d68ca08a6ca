"""The tree as a text path: the chain of own ids from the root, `/1/5/32/`, compared byte by byte.

"Inside" is an index range on both databases; a LIKE prefix is a full scan on SQLite.
"""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr


class PathField(models.CharField):
    """A path column, compared byte by byte.

    SQLite does so anyway; PostgreSQL's linguistic collations would skip the slashes.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def child_path(parent_path, pk):
    """Return the path of the unit `pk` below the one at `parent_path`; of a root where it is ""."""
    return f"{parent_path or '/'}{pk}/"


def path_end(path):
    """Return the first path after all below `path`: `/1/5/` -> `/1/50`, as "0" follows "/"."""
    return path.removesuffix("/") + "0"


def lies_inside(paths, field="path"):
    """Return a condition: `field` lies at or below one of `paths`; never, where there are none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__gte": path, f"{field}__lt": path_end(path)})
    return condition


def path_ids(path):
    """Return the chain of ids a path stands for, top first, its own last."""
    return [int(part) for part in path.split("/") if part]


class TreeQuerySet(models.QuerySet):
    """Rows that carry a `path`: units, and the filings that froze it."""

    def within(self, node):
        """Return `node` (anything with a path) and all below it."""
        return self.filter(path__gte=node.path, path__lt=path_end(node.path))

    def rebase(self, old, new):
        """Move all at or below the path `old` to `new`: one UPDATE however large the subtree."""
        moved = Concat(Value(new), Substr("path", len(old) + 1))
        return self.filter(lies_inside([old])).update(path=moved)

    def visible_to(self, user):
        """Return what lies inside an area the user was assigned to, in whatever role."""
        return self.filter(lies_inside(user.paths()))

    def editable_by(self, user):
        """Return what lies inside an area where the user is a clerk."""
        return self.filter(lies_inside(user.paths(role="clerk")))
