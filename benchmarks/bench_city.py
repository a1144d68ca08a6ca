"""A city of 5,000 communities: its 50,000-row workbook in, its measures, its pages, a street's template.

Floors: the fast reader (calamine, no checks) and a bulk insert of the same rows; plain sums of the same rows.
"""

import resource
import tempfile
from pathlib import Path

from django.db import connection, transaction
from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget
from python_calamine import CalamineWorkbook
from tablib import Dataset

from benchmarks import QUICK, milliseconds, result, seconds
from benchmarks.city import build_units, due_time, write_workbook
from benchmarks.reviewer import (
    count_queries,
    load_rule_book,
    new_reviewer,
    open_page,
    signed_in_client,
)
from communities import bulk
from communities.models import Level, Unit
from reports.engine.measure_counting import count_measures
from reports.models import Measures
from residents.models import Profile
from surveys.actions import import_workbook, open_round
from surveys.actions.uploads import applied_before, read_workbook
from surveys.fields import Quantity
from surveys.models import Filing
from surveys.sections import all_sections
from surveys.workbook.write import write_workbook as write_template

COMMUNITIES, ELSEWHERE, PLAIN = (200, 400, 40) if QUICK else (5_000, 117_000, 400)


def run():
    load_rule_book()
    city = build_units(COMMUNITIES)
    round = open_round(unit=city, period="2022", due_at=due_time())
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "city.xlsx"
        count = write_workbook(path, city)
        lines = import_results(round, path, count)
    connection.cursor().execute("ANALYZE")
    lines += [*measures_results(round), template_result(round)]
    lines += city_page_results(round)
    return lines


def import_results(round, path, count):
    """File to committed, once and again; against the floor, and against a plain ModelResource."""
    reading, _ = seconds(lambda: read_every_cell(path))
    first, _ = seconds(lambda: import_city(round, path))
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(own.ru_maxrss, children.ru_maxrss) / 1024
    assert Profile.objects.filter(filing__round=round).count() == COMMUNITIES
    writing, _ = seconds(write_unchecked)
    again, _ = seconds(lambda: import_city(round, path))
    same, earlier = seconds(
        lambda: applied_before(round=round, unit=round.unit, content=path.read_bytes())
    )
    assert earlier
    rate = model_resource_rate(round)
    what = f"import of {count:,} rows, file to committed"
    return [
        result(what, first, floor=reading + writing, unit="s", goal="≤ 3 × reader + bulk insert"),
        result(
            f"{what}: rows/s, beside a plain ModelResource",
            count / first,
            floor=rate,
            unit="rows/s",
            goal="≥ 50 ×",
        ),
        result(f"{what}: peak memory", peak, unit="MB", goal="≤ 500 MB"),
        result(
            "the same file again, nothing saved since",
            same,
            floor=reading,
            unit="s",
            goal="≤ 2 × reader",
        ),
        result(
            "the same rows in another file, nothing changed",
            again,
            floor=reading,
            unit="s",
            goal="≤ 2 × reader",
        ),
    ]


def import_city(round, path):
    content = path.read_bytes()
    found = read_workbook(round=round, unit=round.unit, name=path.name, content=content)
    return import_workbook(
        round=round, unit=round.unit, name=path.name, content=content, reading=found
    )


def read_every_cell(path):
    """Every cell of the workbook, in this process, nothing looked at."""
    book = CalamineWorkbook.from_path(str(path))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def write_unchecked():
    """The same records written once more in bulk, nothing checked, and taken back."""
    with transaction.atomic():
        for section in all_sections():
            columns = [
                field.column for field in section.model._meta.concrete_fields if field.name != "id"
            ]
            rows = list(section.model.objects.values_list(*columns))
            section.model.objects.all().delete()
            bulk.insert_rows(section.model, columns, rows)
        transaction.set_rollback(True)


def model_resource_rate(round):
    """Rows a second of django-import-export doing the same for some of the same profiles: units found by code, the
    model's rules checked."""

    class ProfileResource(resources.ModelResource):
        filing = fields.Field("filing", "filing", ForeignKeyWidget(Filing, "code"))

        class Meta:
            model = Profile
            import_id_fields = ("filing",)
            clean_model_instances = True
            fields = (
                "filing",
                "households",
                "residents",
                "men",
                "women",
                "floating",
                "aged_60",
                "low_income",
                "grids",
            )

    head = ProfileResource.Meta.fields
    rows = Profile.objects.filter(filing__round=round).values_list("filing__code", *head[1:])[
        :PLAIN
    ]
    data = Dataset(
        *((code, households + 1, *rest) for code, households, *rest in rows), headers=head
    )
    with transaction.atomic():
        took, outcome = seconds(lambda: ProfileResource().import_data(data, raise_errors=True))
        assert outcome.totals["update"] == len(data)
        transaction.set_rollback(True)
    return len(data) / took


def measures_results(round):
    """All filings of the round counted anew, against plain sums of the same rows and a copy of the finished ones."""
    filings = round.filings.values("pk")

    def refresh():
        with transaction.atomic():
            count_measures(filings)

    took = milliseconds(refresh, 5)
    what = f"measures of {round.filings.count():,} filings refreshed"
    return [
        result(
            what,
            took,
            floor=milliseconds(prepare_plain_sums(round), 5),
            goal="≤ 3 × raw INSERT … SELECT",
        ),
        result(
            f"{what}, beside copying finished rows", took, floor=milliseconds(prepare_row_copy(), 5)
        ),
    ]


def prepare_plain_sums(round):
    """A raw INSERT … SELECT of a count and plain sums of every number of every section, grouped by filing."""
    tables = []
    for section in all_sections():
        table, numbers = section.model._meta.db_table, quantity_columns(section)
        sums = ", ".join(["COUNT(*) AS n", *(f"SUM({name}) AS {name}" for name in numbers)])
        tables.append(
            (f"(SELECT filing_id, {sums} FROM {table} GROUP BY filing_id)", ["n", *numbers])
        )
    columns = [f"c{at}" for at in range(sum(len(names) for _, names in tables))]
    chosen = ", ".join(f"t{at}.{name}" for at, (_, names) in enumerate(tables) for name in names)
    joins = " ".join(
        f"LEFT JOIN {sql} t{at} ON t{at}.filing_id = f.id" for at, (sql, _) in enumerate(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_sums (id bigint PRIMARY KEY, {', '.join(f'{c} float' for c in columns)})"
        )

    def insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM bench_sums")
            cursor.execute(
                f"INSERT INTO bench_sums SELECT f.id, {chosen} FROM surveys_filing f {joins} WHERE f.round_id = %s",
                [round.pk],
            )

    return insert


def quantity_columns(section):
    return [
        field.column for field in section.model._meta.local_fields if isinstance(field, Quantity)
    ]


def prepare_row_copy():
    """The finished rows copied into a table with the same indexes."""
    columns = ", ".join(
        connection.ops.quote_name(field.column) for field in Measures._meta.concrete_fields
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_copy AS SELECT {columns} FROM reports_measures WHERE filing_id < 0"
        )
        cursor.execute("CREATE UNIQUE INDEX bench_copy_id ON bench_copy (filing_id)")
        cursor.execute("CREATE INDEX bench_copy_path ON bench_copy (round_id, path)")

    def copy():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM bench_copy")
            cursor.execute(f"INSERT INTO bench_copy SELECT {columns} FROM reports_measures")

    return copy


def template_result(round):
    street = Unit.objects.within(round.unit).filter(level=Level.STREET).first()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "street.xlsx"
        took, _ = seconds(lambda: write_template(round=round, unit=street, file=str(path)))
    communities = Unit.objects.within(street).count() - 1
    return result(
        f"template of a street of {communities} communities written", took, unit="s", goal="≤ 1 s"
    )


def city_page_results(round):
    """Overview and matrix of the city: queries, server time, and the same with a nation elsewhere."""
    user = new_reviewer(round.unit)
    client = signed_in_client(user)
    root = round.filings.get(parent=None)
    asked = {
        "overview": f"/overview/{root.pk}/",
        "matrix, first page": f"/matrix/{root.pk}/?level=5",
    }
    alone = {name: page_time(client, url) for name, url in asked.items()}
    lines = [
        result(
            f"{name} of {COMMUNITIES:,} communities ({count_queries(client, asked[name])} queries)",
            took,
            goal="≤ 60 ms, ≤ 12 queries",
        )
        for name, took in alone.items()
    ]
    fill_elsewhere()
    what = f"with {ELSEWHERE:,} communities elsewhere"
    return lines + [
        result(f"{name} {what}", page_time(client, asked[name]), floor=took, goal="≤ 1.2 ×")
        for name, took in alone.items()
    ]


def page_time(client, url):
    return milliseconds(lambda: open_page(client, url))


def fill_elsewhere():
    """Another city with everything in place: units, filings, profiles, measures."""
    city = build_units(ELSEWHERE, prefix="6502", name="别处市")
    round = open_round(unit=city, period="2022", due_at=due_time())
    ids = round.filings.filter(level=Level.COMMUNITY).values_list("pk", flat=True)
    rows = [(pk, 1500, 5000, 2500, 2500, "") for pk in ids]
    with transaction.atomic():
        bulk.insert_rows(
            Profile, ["filing_id", "households", "residents", "men", "women", "note"], rows
        )
        count_measures(round.filings.values("pk"))
    connection.cursor().execute("ANALYZE")
