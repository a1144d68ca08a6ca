"""One version: pyproject.toml says it, the changelog tells what it holds, the foot of every page shows it."""

import re

import pytest
from django.urls import reverse

from config.version import VERSION
from tests.factories import PASSWORD
from tests.source import ROOT


@pytest.mark.once
def test_changelog_begins_with_the_version():
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert [head for head in heads if head != "Unreleased"][0] == VERSION


def test_page_shows_the_version_to_whoever_signed_in(client, clerk_a):
    form = {"username": clerk_a.username, "password": PASSWORD}
    client.post(reverse("accounts:sign_in"), form)
    page = client.get(reverse("surveys:rounds")).content.decode()
    assert f'<span class="version no-print">社区年报 {VERSION}</span>' in page


def test_stranger_at_the_door_is_not_told_the_version(client, db):
    assert VERSION not in client.get(reverse("accounts:sign_in")).content.decode()
