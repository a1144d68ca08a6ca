"""地图: an area's units as a treemap, or on the bureau's own map; colour is the pass rate."""
