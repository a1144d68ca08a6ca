"""Made-up cities to look at: units and survey workbooks from a seed, in the shape of published reports."""
