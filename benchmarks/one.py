"""One bench module on the database of DATABASE_URL; its results as JSON on the last line (called by `benchmarks`)."""

import importlib
import json
import os
import sys

import django


def main(module):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    bench = importlib.import_module(f"benchmarks.{module}")
    print(json.dumps(bench.run()))


if __name__ == "__main__":
    main(sys.argv[1])
