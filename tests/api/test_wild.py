"""Whatever is asked, in whatever words: an answer or a refusal, never a failure."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.large import examples

NAMES = "page per_page unit kind level status updated_since scope measures _connector".split()
QUESTIONS = (
    "units rounds measures standards filings values totals verdicts tallies compliance".split()
)
WORDS = [
    "",
    "0",
    "-1",
    "9" * 40,
    "community",
    "street",
    "approved",
    "all",
    "draft",
    "village",
    "130983",
    "households",
]
WORDS += [
    "2022-12-01",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59+23:59",
    "\x00",
    "' OR 1=1 --",
    "households,",
]
NUMBERS = st.one_of(st.integers(0, 3), st.integers(0, 10**40), st.just("mine"))
GIVEN = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(st.sampled_from(WORDS), st.text(max_size=12)), max_size=4
)


def address(question, number, mine):
    number = mine if number == "mine" else number
    if question in ("units", "rounds"):
        return f"/api/v1/{question}"
    return (
        f"/api/v1/filings/{number}/compliance"
        if question == "compliance"
        else f"/api/v1/rounds/{number}/{question}"
    )


@pytest.fixture
def asked(figures, token_text):
    client, headers = Client(), {"Authorization": f"Bearer {token_text[1]}"}
    return lambda at, given: client.get(at, given, headers=headers).status_code, figures.pk


@examples("questions of other programs, made at random", usual=60, long=3_000)
@given(question=st.sampled_from(QUESTIONS), number=NUMBERS, given=GIVEN)
def test_any_question_is_answered_or_refused(question, number, given, asked):
    ask, mine = asked
    assert ask(address(question, number, mine), given) in (200, 404, 422)


@examples("texts shown as a key", usual=25, long=1_000)
@given(
    text=st.one_of(
        st.text(st.characters(codec="latin-1"), max_size=80),
        st.from_regex(r"shequ_\d+_[\w-]+", fullmatch=True),
    )
)
def test_any_text_as_a_key_is_refused(text, db):
    answer = Client().get("/api/v1/units", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code in (401, 429)
