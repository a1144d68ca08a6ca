"""接口说明, made from the description: every question with its parameters, its fields and an example that works."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

GUIDE, DESCRIPTION = reverse("interface:guide"), reverse("interface:description")


@pytest.fixture
def page(as_user, system_admin):
    return unescape(as_user(system_admin).get(GUIDE).content.decode())


def test_every_example_of_the_guide_is_answered(page, figures, token_text):
    examples = re.findall(r"'http://testserver(/api/[^']+)'", page)
    top = figures.filings.get(parent=None).pk
    addresses = [
        each.replace("/rounds/1/", f"/rounds/{figures.pk}/").replace(
            "/filings/1/", f"/filings/{top}/"
        )
        for each in examples
    ]
    headers = {"Authorization": f"Bearer {token_text[1]}"}
    assert {
        each: Client().get(each, headers=headers).status_code for each in addresses
    } == dict.fromkeys(addresses, 200)
    assert len(addresses) == 10


def test_guide_names_parameters_fields_and_their_words(page):
    for word in (
        "updated_since",
        "community 社区",
        "standards.met",
        "verdicts.gap",
        "填报表编号",
        "（不写为 100）",
    ):
        assert word in page


def test_every_field_and_parameter_has_its_words(as_user, system_admin):
    said = as_user(system_admin).get(DESCRIPTION).json()
    forms = said["components"]["schemas"].items()
    silent = [
        f"{form}.{name}"
        for form, each in forms
        for name, field in each.get("properties", {}).items()
        if not (field.get("description") or "$ref" in field)
    ]
    asked = [
        each
        for path in said["paths"].values()
        for each in path["get"].get("parameters", [])
        if each["in"] == "query"
    ]
    assert (
        silent
        + [
            each["name"]
            for each in asked
            if not each.get("description", each["schema"].get("description"))
        ]
        == []
    )


def test_description_asks_for_the_key(as_user, system_admin):
    said = as_user(system_admin).get(DESCRIPTION).json()
    assert (said["openapi"], said["security"]) == ("3.1.0", [{"token": []}])
    assert said["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_names_of_questions_outlast_a_move_of_the_module(as_user, system_admin):
    paths = as_user(system_admin).get(DESCRIPTION).json()["paths"]
    names = {path.rpartition("/")[2]: each["get"]["operationId"] for path, each in paths.items()}
    assert names == {step: f"reports_api_endpoints_{step}" for step in names}
