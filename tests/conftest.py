"""The cast every test shares: one county-level city with two streets, and a person for each role."""

import os
import shutil
import tempfile
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from communities.models import Kind, Level
from surveys.actions.extras import ask
from surveys.models import Extra
from tests import large
from tests.canary import make_files_of, write_into_all_texts
from tests.factories import (
    AssignmentFactory,
    StandardFactory,
    UnitFactory,
    UserFactory,
    WorkplaceFactory,
)
from tests.roles import PLACES, ROLES, signed_in
from tests.rounds import open_year

DATABASES = {"django.db.backends.sqlite3": "SQLite", "django.db.backends.postgresql": "PostgreSQL"}
DATA = tempfile.mkdtemp(prefix="survey-tests-")
# A minute down to ten seconds each, in this order: begun last, they would leave one core without work at the end.
LONGEST = "test_access test_canary test_policy test_walk test_round test_handing_in test_contributing test_guard test_who test_races"
FIRST = {f"{name}.py": place for place, name in enumerate(LONGEST.split())}


def pytest_configure(config):
    """Cheap passwords, static files when asked for, uploaded files in a directory of this process, jobs done at once."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.JOBS = "foreground"
    settings.STORAGES["default"]["OPTIONS"]["location"] = DATA


def pytest_collection_modifyitems(items):
    """The longest files first; all others stay in their order. What was tried in large numbers goes into the reports."""
    for item in items:
        if mark := item.get_closest_marker("long"):
            item.user_properties.append(("long", mark.args))
    items.sort(key=lambda item: FIRST.get(item.path.name, len(FIRST)))


def pytest_unconfigure(config):
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_kept():
    """A rolled-back test gives its keys to the next one, so nothing in memory may outlive it."""
    cache.clear()


def unit(name, level, kind, parent, code):
    return UnitFactory(name=name, level=level, kind=kind, parent=parent, code=code.ljust(12, "0"))


@pytest.fixture
def province(db):
    return unit("河北省", Level.PROVINCE, Kind.PROVINCE, None, "13")


@pytest.fixture
def city(province):
    """沧州市, the prefecture above."""
    return unit("沧州市", Level.CITY, Kind.CITY, province, "1309")


@pytest.fixture
def county(city):
    """黄骅市, a county-level city: its rounds are the ones the tests open."""
    return unit("黄骅市", Level.DISTRICT, Kind.COUNTY_CITY, city, "130983")


@pytest.fixture
def street_a(county):
    return unit("骅东街道", Level.STREET, Kind.STREET, county, "130983001")


@pytest.fixture
def street_b(county):
    return unit("骅中街道", Level.STREET, Kind.STREET, county, "130983002")


@pytest.fixture
def community_a(street_a):
    return unit("育才社区居民委员会", Level.COMMUNITY, Kind.COMMUNITY, street_a, "130983001016")


@pytest.fixture
def neighbour_a(street_a):
    """A second community of the same street: joint branches, lists of more than one."""
    return unit("东昊社区居民委员会", Level.COMMUNITY, Kind.COMMUNITY, street_a, "130983001017")


@pytest.fixture
def community_b(street_b):
    return unit("平安社区居民委员会", Level.COMMUNITY, Kind.COMMUNITY, street_b, "130983002014")


@pytest.fixture
def units(province, city, county, street_a, street_b, community_a, neighbour_a, community_b):
    """The whole small tree."""
    return [province, city, county, street_a, street_b, community_a, neighbour_a, community_b]


def person(username, name, unit=None, role=""):
    """Somebody who can sign in, responsible for `unit` in `role`."""
    user = UserFactory(username=username, name=name)
    if unit:
        AssignmentFactory(user=user, unit=unit, role=role)
    return user


@pytest.fixture
def clerk_a(street_a):
    return person("clerk_a", "骅东填报员", street_a, "clerk")


@pytest.fixture
def clerk_b(street_b):
    return person("clerk_b", "骅中填报员", street_b, "clerk")


@pytest.fixture
def own_clerk(community_a):
    """The community's own clerk, whose filings go to the street first."""
    return person("own_clerk", "育才填报员", community_a, "clerk")


@pytest.fixture
def district_reviewer(county):
    return person("district_reviewer", "黄骅审核员", county, "reviewer")


@pytest.fixture
def city_reviewer(city):
    return person("city_reviewer", "沧州审核员", city, "reviewer")


@pytest.fixture
def viewer(county):
    return person("viewer", "黄骅查看员", county, "viewer")


@pytest.fixture
def stranger(db):
    """Can sign in, was assigned to nothing."""
    return person("stranger", "外人")


@pytest.fixture
def admin(db):
    """Runs the machine; has no assignment and so sees no survey data."""
    return UserFactory(username="admin", name="系统管理员", is_staff=True, is_superuser=True)


def administrator(username, name, unit, role):
    """One of the three administrators, who works at the unit it looks after."""
    user = person(username, name, unit, role)
    WorkplaceFactory(user=user, unit=unit)
    return user


@pytest.fixture
def system_admin(county):
    return administrator("system_admin", "黄骅系统管理员", county, "system_admin")


@pytest.fixture
def security_admin(county):
    return administrator("security_admin", "黄骅安全管理员", county, "security_admin")


@pytest.fixture
def auditor(county):
    return administrator("auditor", "黄骅审计员", county, "auditor")


@pytest.fixture
def round_2022(units, county):
    """The 2022 survey of 黄骅市, open, one empty filing per unit down to the community."""
    return open_year(county, 2022)


@pytest.fixture
def filing_a(round_2022, community_a):
    """The filing of street A's first community."""
    return round_2022.filings.get(unit=community_a)


@pytest.fixture
def filing_b(round_2022, community_b):
    return round_2022.filings.get(unit=community_b)


@pytest.fixture
def cast(request):
    """Everybody, by role."""
    return {role: request.getfixturevalue(role) for role in ROLES}


@pytest.fixture
def filings(round_2022, request):
    """{place: its filing}"""
    return {place: round_2022.filings.get(unit=request.getfixturevalue(place)) for place in PLACES}


@pytest.fixture
def canary_words(filing_a, filing_b):
    """{street: the word in all texts that hang on a community of it}"""
    words = {"a": "黄雀甲七四", "b": "黄雀乙九二"}
    write_into_all_texts(filing_a, words["a"])
    write_into_all_texts(filing_b, words["b"])
    StandardFactory(code="size")
    return words


@pytest.fixture
def canary_city(canary_words, filings, clerk_a, clerk_b, city_reviewer):
    """The words, and of each street every kind of file that is made of what it reports."""
    make_files_of(filings["street_a"], clerk_a, city_reviewer)
    make_files_of(filings["street_b"], clerk_b, city_reviewer)
    return canary_words


@pytest.fixture
def asked(round_2022, district_reviewer):
    """`asked("电梯数", unit="部")`: one more item of the 2022 round, a whole number unless said otherwise."""

    def one(label, kind="count", round=round_2022, **more):
        extra = Extra(label=label, kind=kind, **more)
        ask(round=round, extra=extra, by=district_reviewer)
        return extra

    return one


@pytest.fixture
def answer(clerk_a, filing_a):
    """`answer({extra: "12"})`: what the clerk's page sends for the first community; the answer as data."""
    client = signed_in(clerk_a)

    def sent(answers, filing=filing_a):
        filing.refresh_from_db()
        cells = {f"one.{extra.column}": text for extra, text in answers.items()}
        form = {"version": filing.version, "key": uuid4(), "was": "{}", **cells}
        address = reverse("surveys:section", args=[filing.pk, "extras"])
        return client.post(address, form, headers={"accept": "application/json"}).json()

    return sent


@pytest.fixture
def bureau(district_reviewer):
    """The county's reviewer at the browser."""
    return signed_in(district_reviewer)


@pytest.fixture
def round_2023(round_2022, county):
    """The year after, with nothing of its own asked."""
    return open_year(county, 2023)


@pytest.fixture
def as_user(client):
    """`as_user(clerk_a).get("/")`: the client, signed in."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def pytest_terminal_summary(terminalreporter):
    """After `make long`: what was tried, how often, on which database, into docs/long.md."""
    if large.LONG:
        passed = terminalreporter.stats.get("passed", [])
        large.keep_figures(passed, DATABASES[settings.DATABASES["default"]["ENGINE"]])


def pytest_sessionfinish(session):
    """REQUIRE_ALL=1: a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
