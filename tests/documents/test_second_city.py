"""The report of a prefecture in the shape of the Jiamusi report: its figures come out of the import, too."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from documents.report import Report
from surveys.models import Filing
from tests.documents.reading import ODD, body, numbers, sayable

pytestmark = pytest.mark.django_db
SENTENCES = {
    "survey": [
        "共有4个市辖区、5个县（市）、26个街道、68个乡镇、230个社区、908个村（不在本期填报范围）",
        "划分网格2,620个，平均每个网格251户",
        "没有办公用房的社区87个，占37.8%",
        "已设服务中心（站）130个，覆盖56.5%的社区",
        "对照“达标社区办公用房不少于300平方米”",
        "应达100%，实际62.2%，尚差37.8个百分点",
        "87个没有用房的社区应首先解决",
        "按治理模式分，传统型130个、县域型80个、大社区20个。",
    ],
    "models": ["按填报的治理模式，传统型130个；县域型80个；大社区20个。", "从区县看，"],
}


@pytest.fixture(scope="module")
def reports(django_db_setup, django_db_blocker):
    """{shape: (text, figures used)}"""
    with django_db_blocker.unblock(), transaction.atomic():
        for command in ("load_standards", "sample_city"):
            call_command(command, stdout=StringIO())
        city = Filing.objects.select_related("round").get(unit__code="230800000000")
        made = {shape: Report(city, shape=shape) for shape in SENTENCES}
        texts = {shape: (body(report.file()), report.used) for shape, report in made.items()}
        transaction.set_rollback(True)
    return texts


@pytest.mark.parametrize(
    ("shape", "sentence"), [(shape, each) for shape, found in SENTENCES.items() for each in found]
)
def test_report_states(shape, sentence, reports):
    assert sentence in reports[shape][0]


@pytest.mark.parametrize("shape", SENTENCES)
def test_every_number_is_a_figure_and_nothing_reads_odd(shape, reports):
    text, used = reports[shape]
    known = sayable(used)
    assert [number for number in numbers(text) if number not in known] == []
    assert ODD.findall(text) == []
