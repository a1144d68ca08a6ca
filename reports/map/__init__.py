"""地图: an area's units as a treemap (area = residents, colour = pass rate), or on the bureau's own map where there is one."""

from reports.map.places import Places

__all__ = ["Places"]
