"""What a city's survey may have said a year before: the same places and people, a few per cent off, seeded.

Most things were less then: people, workers, equipment, money received. Some were more, so that a comparison with the
year after goes both ways. What the later workbook contradicts itself in was not said: the years before are in order.
"""

from decimal import Decimal
from itertools import compress

from staffing.sheets import old_enough

BOUGHT_SINCE, BROKEN_SINCE = 0.15, 0.08
HIRED_SINCE, PLAQUE_SINCE = 0.06, 0.2
SAID_SMALL = Decimal(18)  # m²; of rooms whose area a later workbook gives in words only


def a_year_before(survey, random):
    """{section: {code: [{field: value}, …]}} as it was a year before a survey of the same shape."""
    return {
        section: {code: aged(section, rows, random) for code, rows in of.items()}
        for section, of in survey.items()
    }


def aged(section, records, random):
    """The records of one place; of a roster some are not on it yet, but never all."""
    there = [
        at == 0 or section != "workers" or random.random() >= HIRED_SINCE
        for at in range(len(records))
    ]
    return [RULES[section](dict(record), random) for record in compress(records, there)]


def off(value, factor):
    """A number times a factor, whole; what is unknown stays unknown."""
    return value if value is None else type(value)(round(value * Decimal(factor)))


def profile(record, random):
    """Nearly everywhere fewer people, and fewer of them old; men and women add up."""
    grown, aged = random.uniform(0.965, 1.01), random.uniform(0.94, 0.99)
    factors = dict.fromkeys(("households", "residents", "men", "floating"), grown) | {
        "aged_60": aged
    }
    record |= {name: off(record[name], factor) for name, factor in factors.items()}
    if record["low_income"]:
        record["low_income"] = max(0, record["low_income"] + random.randint(-1, 3))
    return record | {"women": record["residents"] - record["men"]}


def party(record, random):
    return record | {"members": record["members"] - random.randint(-1, 3)}


def worker(record, random):
    """A tenth less pay where it is known; a post taken up as a child was not written down yet."""
    return (
        record
        | {"pay": off(record["pay"], 0.9)}
        | ({"since": ""} if old_enough(record) is False else {})
    )


def premises(record, random):
    """Some moved into larger rooms since, some into smaller ones."""
    return record | {
        "area": off(record["area"] or SAID_SMALL, random.choice([0.8, 0.9, 1, 1, 1.2]))
    }


def equipment(record, random):
    chance = {name: random.random() for name in record}
    bought = {name: 0 for name, count in record.items() if count and chance[name] < BOUGHT_SINCE}
    return (
        record
        | bought
        | {name: 1 for name, count in record.items() if count == 0 and chance[name] < BROKEN_SINCE}
    )


def institution(record, random):
    """Plaques were put up since, and one or the other came off."""
    chance = random.random()
    if record["stage"] == "plaque" and chance < PLAQUE_SINCE:
        return record | {"stage": "none"}
    return record | (
        {"stage": "plaque"} if record["stage"] == "none" and chance < BROKEN_SINCE else {}
    )


def funds(record, random):
    """Most budgets grew by 1,000 yuan since, a few shrank; what arrived went up and down."""
    grown = random.choice([1_000] * 6 + [-1_000])
    received = off(record["received"] / 50, random.uniform(0.9, 1.06)) * 50
    office = received - record["spent_activity"]
    return record | {
        "budgeted": record["budgeted"] - grown,
        "received": received,
        "spent_office": office,
    }


RULES = {
    "profile": profile,
    "party": party,
    "workers": worker,
    "premises": premises,
    "equipment": equipment,
    "institutions": institution,
    "funds": funds,
}
