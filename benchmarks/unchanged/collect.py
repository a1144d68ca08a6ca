"""Every answer of the checkout on PYTHONPATH about the cities in its database, as lines of JSON.

`__main__` begins it as `unchanged.collect`, with the folder of the benches on the path too, so that
a checkout that has no collector is asked as well. It names no module of the project, only models,
commands and addresses, which outlast a move.
"""

import argparse
import io
import json
import os
import re
from collections import Counter, deque
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from . import answer_lines  # noqa: E402 - these need the settings
from .row_names import MODELS, RowNames  # noqa: E402

HOST = "127.0.0.1"
ROLES = ("reviewer", "viewer", "clerk", "system_admin", "security_admin", "auditor")
PERIODS = 2  # the rounds whose pages are looked at, the latest
PAGES_OF_A_PATH = 12  # such as the matrix of a street, sorted and filtered in every way
LEFT_OUT = re.compile(r"^/(static|admin|accounts)/|format=pdf|^/interface/openapi")
LINK = re.compile(r'\b(href|action|hx-get|hx-post)="([^"]*)"')
ADDRESS = re.compile(r"/[a-z-]+/[\w-]+/[^\s|\"]*")
# By the last step of an address of the interface; the others list filings.
MODEL_LISTED = {"units": "Unit", "rounds": "Round"}
COMMUNITY, STREET = 5, 4


class Collector:
    """Asks as each person of a city and writes down what is answered."""

    def __init__(self, city, file, *, markup):
        self.city = MODELS["Unit"].objects.get(code=city.ljust(12, "0"))
        self.file = file
        self.markup = markup
        self.names = RowNames(self.rounds()[0].period)

    def collect(self):
        self.collect_compliance()
        self.collect_templates()
        clients = {role: self.client_of(role) for role in ROLES}
        for role, client in clients.items():
            self.walk(role, client)
        self.collect_interface(clients)

    def keep(self, kind, key, lines):
        lines = [answer_lines.mask_moments(line) for line in lines]
        record = {"kind": kind, "key": f"{self.city.code} {key}", "lines": lines}
        self.file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def rounds(self):
        """The rounds of the city, the latest first."""
        return self.city.rounds.order_by("-reference_date")

    def filings(self):
        """The filings looked at first: the city, a street and two communities of each round."""
        for survey in self.rounds()[:PERIODS]:
            filings = survey.filings.order_by("level", "code")
            yield filings.first()
            yield filings.filter(level=STREET).first()
            yield filings.filter(level=COMMUNITY).first()
            yield filings.filter(level=COMMUNITY).last()

    def collect_compliance(self):
        for survey in self.rounds():
            text = io.StringIO()
            options = {"round": survey.period, "unit": self.city.code, "json": True}
            call_command("compliance", stdout=text, **options)
            self.keep("manage.py compliance --json", survey.period, text.getvalue().splitlines())

    def client_of(self, role):
        """The browser of a person who has this role in the city, a clerk in its first street."""
        unit = self.city
        if role == "clerk":
            streets = MODELS["Unit"].objects.filter(path__startswith=unit.path, level=STREET)
            unit = streets.order_by("code").first()
        username = f"demo-{self.city.code}-{role}"
        user = MODELS["User"].objects.create_user(username, password="huanghua-2022", name=role)
        MODELS["Workplace"].objects.create(user=user, unit=unit)
        MODELS["Assignment"].objects.create(user=user, unit=unit, role=role)
        self.names.names["User"][user.pk] = username
        client = Client(SERVER_NAME=HOST, raise_request_exception=False)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def walk(self, role, client):
        """Follow the links from the first page and from some filings, a few of each kind."""
        waiting = deque(["/", *self.first_addresses()])
        asked = set()
        of_kind = Counter()
        while waiting:
            address = waiting.popleft()
            if address in asked or LEFT_OUT.search(address):
                continue
            path, *query = self.names.kind_of(address)
            kind = (path, *query)
            if of_kind[kind] >= limit_of(role, query) or of_kind[path] >= PAGES_OF_A_PATH:
                continue
            asked.add(address)
            of_kind[kind] += 1
            of_kind[path] += "format=xlsx" not in query
            waiting.extend(self.ask(role, client, address))

    def first_addresses(self):
        for filing in self.filings():
            for step in ("overview", "filings", "matrix", "raw", "documents", "papers"):
                yield f"/{step}/{filing.pk}/"
                yield f"/{step}/{filing.pk}/?scope=approved"

    def ask(self, role, client, address):
        """Write down one answer; the addresses that it links to."""
        response = client.get(address)
        kind, lines, links = self.read(address, response)
        key = f"{role} {self.names.mask_address(address)}"
        self.keep(kind, key, [f"status {response.status_code}", *lines])
        return links

    def read(self, address, response):
        if response.has_header("Location"):
            target = response["Location"]
            return (
                "pages",
                [f"goes to {self.names.mask_address(target)}"],
                [local_address(address, target)],
            )
        content = b"".join(response.streaming_content) if response.streaming else response.content
        mime = response.get("Content-Type", "").partition(";")[0]
        if mime == "text/html":
            lines, links = answer_lines.page_lines(content, markup=self.markup)
            lines = [self.mask_links(line) for line in lines]
            return "pages", lines, [local_address(address, link) for link in links]
        kind, reader = answer_lines.READERS.get(mime, (mime or "nothing", answer_lines.size_line))
        return kind, [self.mask_addresses(line) for line in reader(content)], []

    def mask_addresses(self, line):
        """The line of a file, in which an address leads to the rows behind a figure."""
        return ADDRESS.sub(lambda match: self.names.mask_address(match[0]), line)

    def mask_links(self, line):
        return LINK.sub(lambda match: f'{match[1]}="{self.names.mask_address(match[2])}"', line)

    def collect_templates(self):
        """The survey workbook that a street is given to fill in."""
        for filing in self.filings():
            key = self.names.name("Filing", filing.pk)
            self.keep("survey templates", key, template_lines(filing))

    def collect_interface(self, clients):
        """Every question of the description, for each round and each upper unit, in both scopes."""
        response = clients["system_admin"].get("/interface/openapi.json")
        self.keep("interface", "openapi.json", answer_lines.json_lines(response.content))
        bearer = {"Authorization": f"Bearer {self.open_token(clients)}"}
        client = Client(SERVER_NAME=HOST, raise_request_exception=False, headers=bearer)
        for pattern in response.json()["paths"]:
            for address in self.questions(pattern):
                self.ask_interface(client, address)

    def open_token(self, clients):
        """The text of a key to the city: one administrator opens it, another lets it in."""
        until = timezone.localdate() + timedelta(days=30)
        form = {"name": "对照", "unit": self.city.code, "expires_on": until.isoformat()}
        page = clients["system_admin"].post("/people/tokens/", form).content.decode()
        token = MODELS["Token"].objects.latest("pk")
        clients["security_admin"].post(f"/people/tokens/{token.pk}/enable/")
        return re.search(r'secret-text">([^<]+)<', page)[1]

    def questions(self, pattern):
        upper = MODELS["Filing"].objects.filter(round__in=self.rounds(), level__lt=COMMUNITY)
        for survey in self.rounds() if "{round}" in pattern else [None]:
            for filing in upper if "{filing}" in pattern else [None]:
                values = {"round": survey and survey.pk, "filing": filing and filing.pk}
                address = f"{pattern.format(**values)}?per_page=1000"
                yield address
                yield f"{address}&scope=approved"

    def ask_interface(self, client, address):
        response = client.get(address)
        answer = response.json()
        self.mask_numbers(
            answer, MODEL_LISTED.get(urlsplit(address).path.split("/")[3:][-1], "Filing")
        )
        text = json.dumps(answer, ensure_ascii=False)
        lines = [f"status {response.status_code}", *answer_lines.json_lines(text)]
        self.keep("interface", self.names.mask_address(address), lines)

    def mask_numbers(self, answer, model):
        """Put the names of rows where an answer gives their numbers."""
        for each in answer if isinstance(answer, list) else [answer]:
            if not isinstance(each, dict):
                continue
            for key, value in each.items():
                named = {"id": model, "parent": model, "unit": "Unit"}.get(key)
                if named and isinstance(value, int):
                    each[key] = self.names.name(named, value)
                self.mask_numbers(value, model)


def limit_of(role, query):
    """How many addresses that ask for this are looked at, of the reviewer the most."""
    if not query:
        return 2
    return 1 if role == "reviewer" or query == ["format=xlsx"] else 0


def template_lines(filing):
    """The rows of the workbook, or what went wrong."""
    options = {"round": filing.round.period, "unit": filing.unit.code}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "survey.xlsx"
        try:
            call_command("survey_template", output=str(path), stdout=io.StringIO(), **options)
        except Exception as error:
            return [f"failed: {error!r}"]
        return answer_lines.workbook_lines(path.read_bytes())


def local_address(address, link):
    """The address on this server that a link of a page leads to."""
    parts = urlsplit(urljoin(address, link))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output")
    parser.add_argument("--markup", action="store_true")
    parser.add_argument("city", nargs="+")
    arguments = parser.parse_args()
    with open(arguments.output, "w", encoding="utf-8") as file:
        for code in arguments.city:
            Collector(code, file, markup=arguments.markup).collect()


if __name__ == "__main__":
    main()
