import csv

import pytest
from django.core.management import call_command

from communities.actions import load_units
from communities.models import Unit

HEADER = ["区划代码", "名称", "层级", "上级代码"]


@pytest.fixture
def load(db):
    """`load("130983001030,新苑社区,5,130983001")`: the lines of a list, loaded. Columns beyond four by keyword."""

    def go(*lines, also=(), **options):
        names = ["code", "name", "level", "parent_code", *also]
        rows = [dict(zip(names, line.split(","), strict=True)) for line in lines]
        return load_units(rows=rows, **options)

    return go


@pytest.fixture
def list_file(tmp_path):
    """`list_file(lines, encoding="gb18030")`: a list of units on disk."""

    def write(*lines, encoding="utf-8", header=HEADER, name="units.csv"):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *[line.split(",") for line in lines]])
        return path

    return write


@pytest.fixture
def huanghua(db):
    """The demo city as `load_units` reads it: 3 streets, 29 communities."""
    call_command("load_units", "fixtures/units_huanghua_2022.csv", verbosity=0)
    return Unit.objects.by_code("130983")


def tree():
    """The whole tree as {name: names from the top}, read from the paths alone."""
    names = {unit.pk: unit.name for unit in Unit.objects.all()}
    return {
        unit.name: [names[int(pk)] for pk in unit.path.strip("/").split("/")]
        for unit in Unit.objects.all()
    }
