"""A cell that cannot be read for sure."""


class CellQuestion(Exception):
    """Why a cell is asked about, and what would be right."""

    def __init__(self, reason, expected=""):
        super().__init__(reason)
        self.reason, self.expected = reason, expected
