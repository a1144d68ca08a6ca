"""The text of a key, `shequ_12_…`: the number of its row and 256 random bits, of which the hash alone is kept.

So much chance needs no slow hash: nobody tries it out, and every question of a program would pay for it.
"""

import re
from hashlib import sha256
from secrets import token_urlsafe

from django.utils.crypto import constant_time_compare

SHAPE = re.compile(r"shequ_([1-9]\d{0,17})_([A-Za-z0-9_-]{43})", re.ASCII)


def new():
    return token_urlsafe(32)


def hashed(secret):
    return sha256(secret.encode()).hexdigest()


def text(token, secret):
    """What the other program is given."""
    return f"shequ_{token.pk}_{secret}"


def read(text):
    """(number, secret) of such a text; (None, "") of anything else."""
    found = SHAPE.fullmatch(text)
    return (int(found[1]), found[2]) if found else (None, "")


def fits(token, secret):
    return constant_time_compare(token.hash, hashed(secret))
