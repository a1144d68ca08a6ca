"""Who may open what: every URL of the project, as every role, inside and outside its area.

The tables below are written by hand and not derived from the code: a URL that nobody entered here fails the test.
"""

import pytest
from django.urls import URLResolver, get_resolver, reverse

from surveys.actions.messages import send
from surveys.models import Message
from tests.elsewhere import ELSEWHERE
from tests.factories import StandardFactory, WorkplaceFactory
from tests.roles import PLACES, ROLES, SEES, signed_in

# {URL name: further arguments beside the filing's pk}: pages about one filing, for whoever has it in sight.
FILING_PAGES = {
    "reports:overview": [],
    "reports:measure": ["households"],
    "reports:matrix": [],
    "reports:summary": [],
    "reports:pivot": [],
    "reports:raw": [],
    **dict.fromkeys(["gaps:gaps", "gaps:plan", "rating:rating"], []),
    **{f"papers:{name}": [] for name in ("papers", "one", "reminders", "summary")},
    **{f"reports:{name}": [] for name in ("remarks", "filing", "trend", "units", "models", "map")},
    "reports:verdicts": [],
    "surveys:workbook": [],
    "surveys:history": [],
    "surveys:progress": [],
}
# The clerk's desk: {URL name: the methods}; outside the area a filing is not found, to others all is forbidden.
DESK = {
    "surveys:answer": "GET POST",
    "surveys:check": "GET POST",
    "surveys:handed": "GET",
    "surveys:withdraw": "POST",
}
DESK_COMMON = {"surveys:work": "GET", "surveys:hand_in_several": "POST"}
SENT_BACK = {"surveys:send_back": "GET POST"}  # for reviewers too
DESKS = {*DESK, *DESK_COMMON, *SENT_BACK}
FILLED_IN = {"surveys:fill": [], "surveys:section": ["party"]}
# Pages for everyone who signed in: what they show depends on the person's area.
COMMON_PAGES = {
    "surveys:jobs": [],
    "surveys:rounds": [],
    "reports:home": [],
    "reports:standards": [],
    "reports:standard": ["size"],
    "rulebook:workbook": [],
}
# Keeping the rule book: {URL name: the methods}, for the reviewers around a standard's region; everybody else gets 403.
RULE_BOOK = {
    "rulebook:new": "GET POST",
    "rulebook:check": "POST",
    "rulebook:measures": "GET",
    "rulebook:take_in": "GET POST",
}
RULE_BOOK_OF_ONE = {
    **dict.fromkeys(["rulebook:edit", "rulebook:version", "rulebook:parts"], "GET POST"),
    **dict.fromkeys(["rulebook:costs", "rulebook:retire"], "GET POST"),
    "rulebook:delete": "POST",
}
# One round, for whoever has one of its filings in sight; managed by reviewers of its unit or of one above.
ROUND_SEEN, ROUND_NEW = "surveys:round", "surveys:new_round"
ROUND_MANAGED = ["surveys:extend_round", "surveys:close_round", "surveys:reopen_round"]
REMIND = "surveys:remind"
CHECKER = "checker:checker"  # about upper units, for whoever has one in sight
ITEMS = "extras ask_extra ask_extras_again extra move_extra withdraw_extra"  # tests/surveys/extras/test_pages.py
ROUNDS = {
    ROUND_SEEN,
    ROUND_NEW,
    *ROUND_MANAGED,
    REMIND,
    *(f"surveys:{name}" for name in ITEMS.split()),
}
OPEN_PAGES = {"accounts:sign_in", "accounts:sign_out", "accounts:again", "accounts:alive"}
# {URL name: {who may: the methods}}; everybody else gets 403, whatever it is about.
PEOPLE_PAGES = {
    "people:list": {"system_admin": "GET", "security_admin": "GET"},
    "people:person": {"system_admin": "GET POST", "security_admin": "GET"},
    "people:add": {"system_admin": "GET POST"},
    "people:invite": {"system_admin": "GET POST"},
    "people:active": {"system_admin": "POST"},
    "people:reset": {"security_admin": "POST"},
    "people:grant": {"security_admin": "POST"},
    "people:withdraw": {"security_admin": "POST"},
    "reports:boundaries": dict.fromkeys(
        ["system_admin", "district_reviewer", "city_reviewer"], "GET POST"
    ),
    "people:trail": {"auditor": "GET"},
    "people:verify": {"auditor": "POST"},
}
# A person's own messages, of whatever role: {URL name: the method}; another's are not found.
INBOX = {"surveys:messages": "GET", "surveys:read_all": "POST", "surveys:message": "POST"}
OWN_JOBS = {
    "surveys:job",
    "surveys:job_file",
    "surveys:cancel_job",
}  # 404 for others: tests/surveys/test_jobs.py
OWN_PAGES = {"accounts:password", "papers:booklet", *OWN_JOBS}  # about the person who asks


def url_names(resolver=None, namespace=""):
    """Every URL name of the project, namespaces included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        else:
            yield f"{namespace}{pattern.name or ''}"


@pytest.fixture
def urls(filings):
    """[(URL name, address, the place it is about or None)] of every page."""
    StandardFactory(code="size")
    about = [
        (name, reverse(name, args=[filing.pk, *more]), place)
        for name, more in FILING_PAGES.items()
        for place, filing in filings.items()
    ]
    return about + [
        (name, reverse(name, args=arguments), None) for name, arguments in COMMON_PAGES.items()
    ]


def test_every_url_has_its_line_in_the_tables():
    names = {name for name in url_names() if not name.startswith("admin:")}
    known = {
        *FILING_PAGES,
        *COMMON_PAGES,
        *OPEN_PAGES,
        *OWN_PAGES,
        *PEOPLE_PAGES,
        *FILLED_IN,
        *DESKS,
    }
    assert names == {*known, *ELSEWHERE, *INBOX, *RULE_BOOK, *RULE_BOOK_OF_ONE, *ROUNDS, CHECKER}


def test_anonymous_is_sent_to_sign_in(urls, client):
    answers = {address: client.get(address) for _, address, _ in urls}
    assert {
        address: (answer.status_code, answer.url.partition("?")[0])
        for address, answer in answers.items()
    } == {address: (302, reverse("accounts:sign_in")) for address in answers}


def test_anonymous_learns_nothing_from_a_number(filings, client):
    there = client.get(reverse("reports:filing", args=[filings["county"].pk]))
    nowhere = client.get(reverse("reports:filing", args=[999_999]))
    assert (there.status_code, nowhere.status_code) == (302, 302)


@pytest.mark.parametrize("role", ROLES)
def test_filing_is_found_inside_the_area_only(role, cast, urls):
    client = signed_in(cast[role])
    about = [(name, address, place) for name, address, place in urls if place]
    found = {(name, place): client.get(address).status_code for name, address, place in about}
    assert found == {(name, place): 200 if place in SEES[role] else 404 for name, _, place in about}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", FILLED_IN)
def test_filling_in_is_for_the_clerks_of_the_area(name, role, cast, filings):
    client = signed_in(cast[role])
    addresses = {
        place: reverse(name, args=[filing.pk, *FILLED_IN[name]])
        for place, filing in filings.items()
    }
    found = {
        place: client.get(address, follow=True).status_code for place, address in addresses.items()
    }
    outside = 404 if role.startswith("clerk") else 403
    assert found == {
        place: 200 if outside == 404 and place in SEES[role] else outside for place in PLACES
    }


@pytest.mark.parametrize("role", ROLES)
def test_saving_is_for_the_clerks_of_the_area(role, cast, filings):
    client = signed_in(cast[role])
    form = {"version": 0, "new1.name": "一支部"}
    saved = {
        p
        for p, f in filings.items()
        if client.post(reverse("surveys:section", args=[f.pk, "party"]), form).status_code < 400
    }
    assert saved == (SEES[role] if role.startswith("clerk") else set())


@pytest.mark.parametrize("role", ROLES)
def test_common_pages_open_for_everyone_signed_in(role, cast, urls):
    client = signed_in(cast[role])
    found = {
        name: client.get(address, follow=True).status_code
        for name, address, place in urls
        if not place
    }
    assert found == dict.fromkeys(COMMON_PAGES, 200)


@pytest.mark.parametrize("role", ROLES)
def test_reading_pages_take_no_post(role, cast, urls):
    client = signed_in(cast[role])
    assert {client.post(address).status_code for _, address, _ in urls} == {405}


def test_policy_and_no_store_on_every_page(cast, urls):
    client = signed_in(cast["viewer"])
    for _, address, _ in urls:
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        assert "no-store" in answer["Cache-Control"], address


@pytest.mark.parametrize("role", ROLES)
def test_people_pages_open_for_their_administrator_only(role, cast, clerk_a, street_a):
    WorkplaceFactory(user=clerk_a, unit=street_a)
    client, found, numbers = (
        signed_in(cast[role]),
        {},
        {"person": clerk_a.pk, "withdraw": clerk_a.assignments.get().pk},
    )
    for name in PEOPLE_PAGES:
        address = reverse(
            name, args=[numbers[short] for short in [name.partition(":")[2]] if short in numbers]
        )
        allowed = {"GET", "POST"} & {
            *sum((each.split() for each in PEOPLE_PAGES[name].values()), [])
        }
        answers = {
            method: client.generic(method, address).status_code for method in sorted(allowed)
        }
        found[name] = " ".join(method for method, status in answers.items() if status != 403)
    assert found == {name: who.get(role, "") for name, who in PEOPLE_PAGES.items()}


def reached(client, name, methods, *args):
    """The worst refusal of the methods, or 200."""
    answers = {
        client.generic(method, reverse(name, args=args)).status_code for method in methods.split()
    }
    return max(answers & {403, 404}, default=200)


@pytest.mark.parametrize("role", ROLES)
def test_desk_is_for_the_clerks_of_the_area(role, cast, filings):
    client, clerk = signed_in(cast[role]), role.startswith("clerk")
    found = {
        (n, place): reached(client, n, m, each.pk)
        for n, m in DESK.items()
        for place, each in filings.items()
    }
    inside = {place: 200 if place in SEES[role] else 404 for place in PLACES}
    assert found == {
        (name, place): inside[place] if clerk else 403 for name in DESK for place in PLACES
    }
    assert {reached(client, name, methods) for name, methods in DESK_COMMON.items()} == {
        200 if clerk else 403
    }


@pytest.mark.parametrize("role", ROLES)
def test_sending_back_is_for_clerks_and_reviewers_of_the_area(role, cast, filings):
    client, may = signed_in(cast[role]), role.startswith("clerk") or role.endswith("reviewer")
    found = {
        place: reached(client, "surveys:send_back", "GET POST", each.pk)
        for place, each in filings.items()
    }
    inside = {place: 200 if place in SEES[role] else 404 for place in PLACES}
    assert found == {place: inside[place] if may else 403 for place in PLACES}


@pytest.mark.parametrize("role", ROLES)
def test_inbox_is_everybodys_own(role, cast):
    client = signed_in(cast[role])
    send(to=cast.values(), kind=Message.Kind.NOTICE, text="请核对。")
    numbers = {message.to_id: message.pk for message in Message.objects.all()}
    mine, other = numbers.pop(cast[role].pk), next(iter(numbers.values()))
    args = {"surveys:message": [mine]}
    found = {
        name: reached(client, name, method, *args.get(name, [])) for name, method in INBOX.items()
    }
    assert found == dict.fromkeys(INBOX, 200)
    assert reached(client, "surveys:message", "POST", other) == 404


@pytest.mark.parametrize("role", ROLES)
def test_rule_book_is_kept_by_the_reviewers_around_the_region(role, cast, filings):
    client, reviewer = signed_in(cast[role]), role.endswith("reviewer")
    standards = {
        code: StandardFactory(code=f"of{code}", region_code=code).pk
        for code in ("130983000000", "")
    }
    standards["1309"] = StandardFactory(code="of1309", region_code="130900000000").pk
    kept = (
        {"130983000000", "1309"}
        if role == "city_reviewer"
        else {"130983000000"}
        if reviewer
        else set()
    )
    found = {
        (n, code): reached(client, n, m, pk)
        for n, m in RULE_BOOK_OF_ONE.items()
        for code, pk in standards.items()
    }
    assert found == {
        (n, code): 200 if code in kept else 403 for n in RULE_BOOK_OF_ONE for code in standards
    }
    assert {reached(client, name, methods) for name, methods in RULE_BOOK.items()} == {
        200 if reviewer else 403
    }


@pytest.mark.parametrize("role", ROLES)
def test_round_is_seen_inside_and_managed_by_reviewers(role, cast, round_2022):
    client, reviewer = signed_in(cast[role]), role.endswith("reviewer")
    seen = client.get(reverse(ROUND_SEEN, args=[round_2022.pk])).status_code
    managed = {
        name: client.post(reverse(name, args=[round_2022.pk])).status_code for name in ROUND_MANAGED
    }
    assert seen == (200 if SEES[role] else 404)
    assert {status != 403 for status in managed.values()} == {reviewer}
    assert client.get(reverse(ROUND_NEW)).status_code == (200 if reviewer else 403)


@pytest.mark.parametrize("role", ROLES)
def test_reminding_is_for_reviewers_of_the_area(role, cast, filings):
    client, reviewer = signed_in(cast[role]), role.endswith("reviewer")
    found = {
        place: client.post(reverse(REMIND, args=[filing.pk])).status_code
        for place, filing in filings.items()
    }
    assert found == dict.fromkeys(PLACES, 302 if reviewer else 403)


@pytest.mark.parametrize("role", ROLES)
def test_drafts_are_checked_about_the_upper_units_in_sight(role, cast, filings):
    client = signed_in(cast[role])
    upper = {"county", "street_a", "street_b"}
    addresses = {place: reverse(CHECKER, args=[filing.pk]) for place, filing in filings.items()}
    looked = {place: client.get(address).status_code for place, address in addresses.items()}
    sent = {place: client.post(address).status_code for place, address in addresses.items()}
    assert looked == {place: 200 if place in SEES[role] & upper else 404 for place in PLACES}
    assert sent == {place: 422 if place in SEES[role] & upper else 404 for place in PLACES}
