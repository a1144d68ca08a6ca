"""The version of the program, as pyproject.toml says it: `python -m config.version`, and the foot of every page."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
VERSION = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"]


def version_context(request):
    """What the foot of a page says; a context processor."""
    return {"product_version": VERSION}


if __name__ == "__main__":
    print(VERSION)
