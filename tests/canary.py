"""A word written into everything a street reports, and all that can be made of it: for the tests of what leaks."""

from io import BytesIO

from django.urls import reverse

from documents.actions import issue_report
from documents.report import Report
from surveys.workbook.write import write_workbook
from tests.factories import (
    EquipmentFactory,
    FundLineFactory,
    GridFactory,
    InstitutionFactory,
    PartyOrganisationFactory,
    PremisesFactory,
    ProfileFactory,
    RemarkFactory,
    WorkerFactory,
)
from tests.roles import signed_in
from tests.surveys.readings import received_upload


def write_into_all_texts(filing, word):
    """Write the word into every free text that hangs on a filing."""
    filing.name = f"{word}社区"
    filing.save()
    ProfileFactory(filing=filing, note=word)
    GridFactory(filing=filing, name=word, worker=word, note=word)
    PartyOrganisationFactory(filing=filing, name=word, secretary=word, note=word)
    WorkerFactory(filing=filing, name=word, post=word, note=word)
    InstitutionFactory(filing=filing, note=word)
    PremisesFactory(filing=filing, name=word, note=word)
    EquipmentFactory(filing=filing, note=word)
    FundLineFactory(filing=filing, note=word)
    RemarkFactory(filing=filing, key=word, value=word, text=word, section="workers", field="name")


def make_files_of(filing, clerk, reviewer):
    """A workbook sent in, a report issued and a booklet made in the background, of one street's filing."""
    file = BytesIO()
    write_workbook(round=filing.round, unit=filing.unit, file=file)
    content = file.getvalue()
    received_upload(round=filing.round, unit=filing.unit, name="表.xlsx", content=content, by=clerk)
    report = Report(filing)
    issue_report(by=reviewer, report=report, seen=report.context.facts.version)
    signed_in(clerk).post(reverse("papers:booklet", args=[filing.pk]))
