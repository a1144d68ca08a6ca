from tests.surveys.extras.conftest import answer, asked, bureau, round_2023

__all__ = ["answer", "asked", "bureau", "round_2023"]
