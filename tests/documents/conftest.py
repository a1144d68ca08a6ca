"""The demo city, really imported once, and the report of it as command and code write it."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction

from documents.checker.known import KnownFacts
from documents.report import Report
from residents.models import Profile
from surveys.actions.hooks import saved
from surveys.models import Filing


def write(path, *options):
    call_command(
        "write_report",
        "--round",
        "2022",
        "--unit",
        "130983",
        "-o",
        str(path),
        *options,
        stdout=StringIO(),
    )
    return path.read_bytes()


def city():
    return Filing.objects.select_related("round").get(unit__code="130983000000")


def one_more_household():
    """One cell changed: a community reports one household more."""
    profile = Profile.objects.select_related("filing__round", "filing__parent").order_by("pk")[0]
    Profile.objects.filter(pk=profile.pk).update(households=profile.households + 1)
    saved(profile.filing.round, [profile.filing_id])
    return profile.filing


def everything(directory):
    call_command("demo", "--no-server", "--one-round", stdout=StringIO())
    made = SimpleNamespace(file=write(directory / "one.docx"), again=write(directory / "two.docx"))
    made.known = KnownFacts(city())
    made.report = Report(city())
    made.figures, made.used = made.report.context.figures, made.report.used
    made.approved = Report(city(), approved=True).file()
    made.street = Report(
        Filing.objects.select_related("round").get(unit__code="130983001000")
    ).file()
    made.street_of_change = one_more_household().parent.name
    made.after = Report(city()).context.figures
    return made


@pytest.fixture(scope="session")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """All that is asked of the demo city, made once for all modules and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = everything(tmp_path_factory.mktemp("reports"))
        transaction.set_rollback(True)
    return made
