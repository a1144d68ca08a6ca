"""The bureau's own boundaries of its units.

A GeoJSON is read, matched with the tree, thinned and kept for the map.
"""
