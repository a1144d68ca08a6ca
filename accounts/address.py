"""Where a request comes from: for the lockout, the trail and the "last signed in" line."""

from contextvars import ContextVar

from django.conf import settings

LONGEST_ADDRESS = 45  # an IPv6 address with an IPv4 one inside

# The address of the request being answered; "" for a command at the server's console.
current_address = ContextVar("address", default="")


def client_address(request):
    """Return the client's address.

    X-Forwarded-For is believed only where the settings say that our own proxy overwrites it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        *_, nearest = forwarded.split(",")
        address = nearest.strip() or address
    return address[:LONGEST_ADDRESS]
