"""对比: units side by side, or models of governance among communities of the same size."""
