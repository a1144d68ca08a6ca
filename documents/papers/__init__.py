"""Papers beside the report: one community on two pages, all communities as a booklet, tables as Word documents."""
