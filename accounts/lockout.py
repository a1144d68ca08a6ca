"""Five wrong passwords lock one account at one address for a quarter of an hour.

Nobody else behind that address is locked out.
"""

import math
from datetime import timedelta

from axes.backends import AxesBackend
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone


class LockoutBackend(AxesBackend):
    """Lets in by name and password, unless locked.

    A caller without a request (a command, a test) has no address to lock, and is not let in.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)


def minutes_left(request, username):
    """Return how long this account stays locked at this address, rounded up; 0: it is not."""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
    last = attempts.order_by("-attempt_time").first()
    if not getattr(request, "axes_locked_out", False) or not last:
        return 0
    ends_at = last.attempt_time + settings.AXES_COOLOFF_TIME
    minutes = (ends_at - timezone.now()) / timedelta(minutes=1)
    return max(1, math.ceil(minutes))


def our_own_answer(request, answer, credentials):
    """Return the view's own page, whose form says it; axes would put its page in its place."""
    return answer


def unlock_account(username):
    """Forget the wrong passwords of this account, wherever they came from."""
    AccessAttempt.objects.filter(username=username).delete()
