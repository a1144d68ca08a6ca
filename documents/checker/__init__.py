"""The checker of drafts: takes the numbers out of any .docx and holds them against the figures of a unit and round."""
