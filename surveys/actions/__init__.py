"""What is done to rounds and uploads as a whole, each in one transaction with its line in the trail."""

from surveys.actions.hooks import after_save
from surveys.actions.opening import open_round

__all__ = ["after_save", "open_round"]
