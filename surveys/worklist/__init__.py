"""The worklist: what is still to be done about the filings one is responsible for."""
