"""`python -m tests.migration_lint`: asks of each later migration of ours whether it takes away what a running city uses.

It needs no server and no installed app: the SQL is the one of an empty SQLite database in memory. What is asked and what
is left out stands in pyproject.toml.
"""

import os
from contextlib import redirect_stdout
from io import StringIO

import django
from django.core.management import call_command


def main():
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django_migration_linter.management.commands.lintmigrations import Command

    from tests.source import APPS

    found = StringIO()
    try:
        with redirect_stdout(found):
            call_command(Command(), include_apps=APPS, quiet=["ok", "ignore"])
    except SystemExit:
        print(found.getvalue())
        raise


if __name__ == "__main__":
    main()
