"""What is stored follows a changed definition of a measure: marked by `migrate`, counted by the command or the worker."""

import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from documents.models import IssuedReport
from reports.engine import definitions, measure_counting, measures, recounting, tallies
from reports.engine.tallies import refresh_roll_ups, stored_missing, stored_totals
from reports.models import AreaMeasures, MeasureDefinition, Measures, Recount
from surveys.jobs import work
from surveys.measures import Measure, known_sum
from surveys.models import Filing, Round, Status
from tests.factories import FundLineFactory, stand
from tests.rounds import round_beside
from tests.source import ROOT

NAME = "funding_budgeted"
EVERYWHERE = (definitions, measure_counting)


@pytest.fixture
def stored(round_2022, filing_a, saved):
    """A round whose funds are counted: 育才社区 was given 500 yuan of budget."""
    FundLineFactory(filing=filing_a, budgeted=500, allotted=300)
    saved()
    refresh_roll_ups(round_2022.filings.get(parent=None))
    return round_2022


@pytest.fixture
def added(stored):
    """As `migrate` leaves it where a `Measure` was added: its column is empty, its fingerprint unknown."""
    Measures.objects.update(**{NAME: None})
    AreaMeasures.objects.update(**{NAME: None})
    MeasureDefinition.objects.filter(name=NAME).delete()
    call_command("migrate", verbosity=0)
    return stored


@pytest.fixture
def redefine(monkeypatch):
    """`redefine(name, expression=…)`: the program defines a measure otherwise."""

    def redefine(name, **changes):
        sources = []
        for source in measures.all_sources():
            changed = []
            for measure in source.measures:
                changed.append(replace(measure, **changes) if measure.name == name else measure)
            sources.append(replace(source, measures=tuple(changed)))
        for module in EVERYWHERE:
            monkeypatch.setattr(module, "all_sources", lambda: tuple(sources))
        measure_counting.counting_template.cache_clear()

    yield redefine
    monkeypatch.undo()
    measure_counting.counting_template.cache_clear()


def refresh(**options):
    out = StringIO()
    call_command("refresh_measures", stdout=out, **options)
    return out.getvalue()


def known(name=NAME):
    """How many rows have the measure."""
    return Measures.objects.exclude(**{name: None}).count()


def approve_all(round):
    for filing in round.filings.all():
        stand(filing, Status.APPROVED)
    tallies.mark_all_stale([round])


def page_of(filing):
    name = "reports:filing" if filing.level == 5 else "reports:overview"
    return reverse(name, args=[filing.pk])


def test_measure_added_to_a_section_is_counted_for_what_is_stored(added, filing_a):
    assert known() == 0
    text = refresh()
    assert f"{added.title}：{added.filings.count()} / {added.filings.count()}" in text
    assert Measures.objects.get(filing=filing_a).funding_budgeted == 500
    assert not Recount.objects.exists()
    assert not Round.objects.get().is_recounted


def test_area_roll_ups_follow(added):
    top = added.filings.get(parent=None)
    refresh()
    assert stored_totals(top, [NAME]) == {NAME: 500}
    assert stored_missing(top, [NAME]) == {NAME: 2}
    assert not recounting.refresh_roll_ups(top)


def test_changed_definition_is_counted_anew(stored, filing_a, redefine):
    redefine(NAME, expression=known_sum("allotted"))
    call_command("migrate", verbosity=0)
    assert Recount.objects.get().measures == [NAME]
    refresh()
    assert Measures.objects.get(filing=filing_a).funding_budgeted == 300


def test_nothing_is_marked_where_nothing_changed(stored):
    out = StringIO()
    call_command("migrate", verbosity=0, stdout=out)
    assert not Recount.objects.exists()
    assert refresh() == "没有待重算的填报期。\n"


def test_label_is_no_part_of_a_definition_but_unit_and_rollup_are(stored, redefine):
    redefine(NAME, label="预算")
    assert definitions.take_over_definitions() == []
    redefine(NAME, unit="万元")
    assert [mark.measures for mark in definitions.take_over_definitions()] == [[NAME]]
    redefine(NAME, rollup="max")
    assert [mark.measures for mark in definitions.take_over_definitions()] == [[NAME]]


def test_database_without_stored_measures_keeps_fingerprints_and_marks_nothing(round_2022):
    MeasureDefinition.objects.all().delete()
    Measures.objects.all().delete()
    assert definitions.take_over_definitions() == []
    assert MeasureDefinition.objects.count() == len(measures.all_measures())


def test_measure_that_is_gone_is_forgotten(stored):
    MeasureDefinition.objects.create(name="gone", fingerprint="0" * 64)
    assert definitions.take_over_definitions() == []
    assert not MeasureDefinition.objects.filter(name="gone").exists()


def test_closed_and_approved_round_is_counted_too(added, filing_a):
    approve_all(added)
    Round.objects.update(closed_at=timezone.now())
    before = list(Filing.objects.order_by("pk").values_list("pk", "status", "version"))
    refresh()
    assert Measures.objects.get(filing=filing_a).funding_budgeted == 500
    top = added.filings.get(parent=None)
    assert stored_totals(top, [NAME], approved=True) == {NAME: 500}
    assert list(Filing.objects.order_by("pk").values_list("pk", "status", "version")) == before
    assert Round.objects.get().closed_at


def test_every_round_with_measures_is_marked(stored):
    other = round_beside(stored, 2021)
    measure_counting.count_measures(other.filings.all())
    MeasureDefinition.objects.filter(name=NAME).delete()
    call_command("migrate", verbosity=0)
    assert set(Recount.objects.values_list("round", flat=True)) == {stored.pk, other.pk}
    text = refresh(round="2021")
    assert other.title in text
    assert stored.title not in text
    assert Recount.objects.get().round == stored


def test_interrupted_run_goes_on_where_it_stopped(added, monkeypatch):
    monkeypatch.setattr(recounting, "PART", 2)
    number = added.filings.count()
    run = recounting.recount_round(added)
    assert next(run) == 2
    run.close()
    counted = []
    original = recounting.count_measures
    monkeypatch.setattr(
        recounting, "count_measures", lambda ids: (counted.extend(ids), original(ids))
    )
    assert f"{number} / {number}" in refresh()
    assert counted == list(added.filings.order_by("pk").values_list("pk", flat=True))[2:]
    assert known() == 1


def test_round_marked_again_meanwhile_is_counted_from_its_beginning(added):
    assert recounting.recount_next_part(added)
    definitions.mark_for_recount(added, ["funding_received"])
    mark = Recount.objects.get()
    assert (mark.counted_to, mark.measures) == (0, [NAME, "funding_received"])
    assert not recounting.finish_recount(added)
    refresh()
    assert not Recount.objects.exists()


def test_one_area_is_counted_and_its_round_stays_marked(added, filing_a, street_a):
    text = refresh(round="2022", unit=street_a.code)
    assert f"{added.title} {street_a}：3 / 3" in text
    assert "其他单位仍待重算" in text
    assert known() == 1
    assert Recount.objects.exists()


def test_unit_without_a_filing_is_named(added, city):
    with pytest.raises(CommandError, match="没有"):
        refresh(round="2022", unit=city.code)


def test_round_that_is_not_marked_is_counted_where_it_is_named(stored, filing_a):
    Measures.objects.update(**{NAME: None})
    assert "已重算" in refresh(round="2022")
    assert Measures.objects.get(filing=filing_a).funding_budgeted == 500


def test_worker_counts_what_is_marked(added, settings):
    settings.JOBS = "worker"
    call_command("work_jobs", once=True)
    assert known() == 1
    assert not Recount.objects.exists()


def test_worker_asks_one_query_where_nothing_is_marked(stored):
    with CaptureQueriesContext(connection) as queries:
        work()
    asked = [query["sql"] for query in queries if "reports_recount" in query["sql"]]
    assert len(asked) == 1


def test_trail_says_what_was_counted_and_by_whom(added):
    refresh()
    line = AuditEntry.objects.get(target=f"round:{added.pk}", verb="重算指标")
    assert (line.by, line.name, line.what) == (None, "系统", added.title)
    assert line.changes == {
        "指标": [None, "经费预算"],
        "填报表": [None, f"{added.filings.count()} 份"],
    }


def test_pages_say_so_until_it_is_done(added, as_user, district_reviewer, filing_a):
    client = as_user(district_reviewer)
    top = added.filings.get(parent=None)
    pages = [page_of(top), page_of(filing_a), reverse("reports:matrix", args=[top.pk])]
    for page in pages:
        assert "正在重算" in client.get(page).content.decode()
    refresh()
    for page in pages:
        assert "正在重算" not in client.get(page).content.decode()


def test_mark_costs_pages_no_query(added, as_user, district_reviewer):
    client, page = as_user(district_reviewer), page_of(added.filings.get(parent=None))
    counts = []
    client.get(page)
    for is_recounted in (True, False):
        Round.objects.update(is_recounted=is_recounted)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_rule_book_announces_it(added, as_user, viewer):
    client, page = as_user(viewer), reverse("reports:standards")
    assert "变更说明" not in client.get(page).content.decode()
    refresh()
    text = client.get(page).content.decode()
    assert "变更说明" in text
    assert "重算：经费预算" in text
    assert "已签发的报告保持原样" in text


def test_issued_report_keeps_its_bytes(added, as_user, district_reviewer):
    approve_all(added)
    client, top = as_user(district_reviewer), added.filings.get(parent=None)
    draft = client.get(reverse("documents:draft", args=[top.pk])).content.decode()
    version = re.search(r'name="version" value="(\w+)"', draft)[1]
    client.post(reverse("documents:keep", args=[top.pk]), {"version": version})
    file = reverse("documents:issued_file", args=[IssuedReport.objects.get().pk])
    before = client.get(file).content
    refresh()
    assert before.startswith(b"PK")
    assert client.get(file).content == before


def test_check_names_what_is_stale(added):
    found = run_checks(tags=[Tags.database], databases=["default"])
    (warning,) = [each for each in found if each.id == "reports.W001"]
    assert warning.msg == f"“{added.title}”的指标待重算：经费预算。"
    assert "refresh_measures" in warning.hint
    refresh()
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert not [each for each in found if each.id.startswith("reports.W00")]


def test_check_names_what_migrate_has_not_yet_marked(stored, redefine):
    redefine(NAME, expression=known_sum("allotted"))
    found = run_checks(tags=[Tags.database], databases=["default"])
    (warning,) = [each for each in found if each.id == "reports.W002"]
    assert "经费预算" in warning.msg
    assert "migrate" in warning.hint


def test_migrate_names_what_it_marked(stored, capsys):
    MeasureDefinition.objects.filter(name=NAME).delete()
    call_command("migrate", verbosity=1, stdout=StringIO())
    assert f"“{stored.title}”的指标待重算：经费预算。" in capsys.readouterr().out


@pytest.mark.once
def test_fingerprints_are_the_same_in_every_process_and_on_every_database():
    code = (
        "import django; django.setup(); "
        "from reports.engine.definitions import measure_fingerprints; "
        "print(sorted(measure_fingerprints().items()))"
    )
    texts = set()
    for seed, url in (("1", "sqlite://:memory:"), ("2", "postgres://nobody@localhost/nothing")):
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "PYTHONHASHSEED": seed,
        }
        answer = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert answer.returncode == 0, answer.stderr
        texts.add(answer.stdout)
    assert texts == {f"{sorted(definitions.measure_fingerprints().items())}\n"}


def test_fingerprint_depends_on_every_part_of_the_definition():
    source = measures.STRUCTURE
    one = Measure("one", "一", "个", Value(1.0))
    several = [one, replace(one, expression=Value(2.0)), replace(one, rollup="max")]
    several.append(replace(one, unit="人"))
    found = {definitions.measure_fingerprint(source, measure) for measure in several}
    assert len(found) == 4
