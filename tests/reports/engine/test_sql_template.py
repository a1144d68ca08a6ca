"""Query sets kept as text: markers are filled in, and any number of ids is one parameter."""

import pytest
from django.db import connection

from reports.engine.sql_template import CHOSEN, SqlTemplate, ids_parameter
from surveys.models import Filing

TEMPLATE = SqlTemplate("SELECT a WHERE b = %s AND id IN (%s) AND c = %s", (1, CHOSEN, 2))


def test_of_keeps_the_text_and_the_parameters_of_a_queryset():
    template = SqlTemplate.of(Filing.objects.filter(path="/1/", level=5).order_by().values("pk"))
    assert template.text.count("%s") == 2
    assert sorted(template.parameters, key=str) == ["/1/", 5]


def test_filled_puts_what_is_given_in_the_places_of_the_markers():
    assert TEMPLATE.filled({CHOSEN: "[7]"}) == [1, "[7]", 2]


def test_filled_leaves_the_template_as_it_was():
    TEMPLATE.filled({CHOSEN: "[7]", 1: 9})
    assert TEMPLATE.parameters == (1, CHOSEN, 2)


def test_a_marker_that_stands_twice_is_filled_twice():
    template = SqlTemplate("a = %s OR b = %s", ("/from/", "/from/"))
    assert template.filled({"/from/": "/1/"}) == ["/1/", "/1/"]


@pytest.mark.parametrize(
    ("vendor", "choice"),
    [
        ("sqlite", "IN (SELECT value FROM json_each(%s))"),
        ("postgresql", "= ANY (CAST(%s AS bigint[]))"),
    ],
)
def test_ids_are_one_parameter_on_both_databases(vendor, choice):
    taking = TEMPLATE.taking_ids(vendor)
    assert taking.text == f"SELECT a WHERE b = %s AND id {choice} AND c = %s"
    assert taking.parameters == TEMPLATE.parameters


@pytest.mark.parametrize(
    ("vendor", "parameter"), [("sqlite", "[3, 5, 8]"), ("postgresql", "{3, 5, 8}")]
)
def test_ids_are_written_as_each_database_reads_them(vendor, parameter):
    assert ids_parameter([3, 5, 8], vendor) == parameter


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
@pytest.mark.parametrize("text", ["id = %s", "id IN (%s, 4)", "id NOT IN %s", "id IN (1, %s)"])
def test_a_statement_that_does_not_choose_by_in_is_refused(vendor, text):
    with pytest.raises(ValueError, match="IN"):
        SqlTemplate(text, (CHOSEN,)).taking_ids(vendor)


def test_a_statement_without_the_marker_is_refused():
    with pytest.raises(ValueError, match="not in tuple"):
        SqlTemplate("id IN (%s)", (1,)).taking_ids("sqlite")


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_database_reads_the_ids(round_2022, number):
    known = list(Filing.objects.order_by("pk").values_list("pk", flat=True)[:number])
    chosen = Filing.objects.filter(pk__in=[CHOSEN]).order_by("pk").values_list("pk")
    template = SqlTemplate.of(chosen).taking_ids(connection.vendor)
    parameters = template.filled({CHOSEN: ids_parameter(known, connection.vendor)})
    with connection.cursor() as cursor:
        cursor.execute(template.text, parameters)
        assert [pk for (pk,) in cursor.fetchall()] == known
