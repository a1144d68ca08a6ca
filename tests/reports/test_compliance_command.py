"""The compliance of an area in the terminal and as JSON."""

import json

import pytest
from django.core.management import CommandError, call_command

from reports.engine.saving import follow_save
from reports.models import Standard
from tests.factories import PremisesFactory


@pytest.fixture
def office(round_2022, filing_a):
    standard = Standard.objects.create(
        code="office",
        name="办公用房",
        statement="…",
        topic="premises",
        source="测试",
        force="city",
        actual="office_area",
        lower="300",
        gap_unit="m²",
    )
    PremisesFactory(filing=filing_a, area=12)
    follow_save(round_2022, round_2022.filings.values("pk"))
    return standard


def run(capsys, **options):
    call_command("compliance", **{"round": "2022", "unit": "130983", **options})
    return capsys.readouterr().out


def test_json_has_the_agreed_shape(office, capsys):
    data = json.loads(run(capsys, json=True))
    assert data["round"] == "2022"
    assert data["unit"] == {"code": "130983000000", "name": "黄骅市"}
    assert data["filings"] == {"expected": 3, "draft": 3, "submitted": 0, "approved": 0}
    assert data["standards"] == [
        {
            "code": "office",
            "name": "办公用房",
            "met": 0,
            "unmet": 1,
            "unknown": 2,
            "not_applicable": 0,
            "actual": 12,
            "required": 900,
            "gap": 288,
            "gap_unit": "m²",
        }
    ]
    assert data["units"][0]["verdicts"] == {
        "office": {"verdict": "unmet", "actual": 12, "required": 300, "gap": 288}
    }


def test_one_standard_of_one_street(office, capsys):
    data = json.loads(run(capsys, unit="130983001", standard="office", json=True))
    assert [unit["name"] for unit in data["units"]] == ["育才社区", "东昊社区"]
    assert data["standards"][0]["unknown"] == 1


def test_table_says_what_is_unknown(office, capsys):
    text = run(capsys)
    assert "12 m²（2 个社区缺数）" in next(
        line for line in text.splitlines() if line.startswith("办公用房面积")
    )
    assert text.splitlines()[-1].split() == ["办公用房", "0", "1", "2", "0", "288", "m²"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"unit": "130999"}, "没有代码为 130999 的单位"),
        ({"round": "2021"}, "没有 2021 这一期"),
        ({"standard": "nothing"}, "标准库中没有代码为“nothing”的标准"),
    ],
)
def test_wrong_name_is_refused_with_a_sentence(office, capsys, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(capsys, **options)
