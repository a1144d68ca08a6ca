"""From where a request comes: for the lockout, the trail and the "last signed in" line."""

from contextvars import ContextVar

from django.conf import settings

# The address of the request being answered; "" for a command at the server's console.
current_address = ContextVar("address", default="")


def client_address(request):
    """The client's address; what a proxy says of it is believed only where the settings say that ours overwrites it."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]
