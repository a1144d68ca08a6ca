"""The bureau's own boundaries of its units: a GeoJSON is read, matched with the tree, thinned and kept for the map."""
