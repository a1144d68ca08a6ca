"""The tree as a text path: the chain of own ids from the root, `/1/5/32/`, compared byte by byte.

"Inside" is an index range on both databases; a LIKE prefix is a full scan on SQLite.
"""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr


class PathField(models.CharField):
    """A path column. PostgreSQL's linguistic collations skip the slashes, so it must compare bytes as SQLite does."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def child_path(parent_path, pk):
    """The path of the unit `pk` below the one at `parent_path`; of a root where that is empty."""
    return f"{parent_path or '/'}{pk}/"


def path_end(path):
    """The first path after everything below `path`: `/1/5/` -> `/1/50`, for "0" follows "/" in ASCII."""
    return path[:-1] + "0"


def lies_inside(paths, field="path"):
    """A condition: `field` lies at or below one of `paths`; with no paths it is never true."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__gte": path, f"{field}__lt": path_end(path)})
    return condition


def path_ids(path):
    """The chain of ids a path stands for, top first, its own last."""
    return [int(part) for part in path.strip("/").split("/") if part]


class TreeQuerySet(models.QuerySet):
    """Rows that carry a `path`: units, and the filings that froze it."""

    def within(self, node):
        """`node` (anything with a path) and all below it."""
        return self.filter(path__gte=node.path, path__lt=path_end(node.path))

    def rebase(self, old, new):
        """Move everything at or below the path `old` to `new`: one UPDATE however large the subtree."""
        moved = Concat(Value(new), Substr("path", len(old) + 1))
        return self.filter(lies_inside([old])).update(path=moved)

    def visible_to(self, user):
        """What lies inside an area the user was assigned to, in whatever role."""
        return self.filter(lies_inside(user.paths()))

    def editable_by(self, user):
        """What lies inside an area where the user is a clerk."""
        return self.filter(lies_inside(user.paths(role="clerk")))
