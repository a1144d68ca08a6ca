"""The clerk's desk: what is still to be done about the filings one is responsible for."""
