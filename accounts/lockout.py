"""Five wrong passwords lock one account at one address for a quarter of an hour; nobody else behind that address."""

from axes.backends import AxesBackend
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone


class LockoutBackend(AxesBackend):
    """Name and password, unless locked. A caller without a request (a command, a test) has no address to lock."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return None
        return super().authenticate(request, username=username, password=password, **kwargs)


def minutes_left(request, username):
    """How long this account stays locked at this address, rounded up; 0 where it is not."""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    if not getattr(request, "axes_locked_out", False) or not last:
        return 0
    seconds = (last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()
    return max(1, -int(-seconds // 60))


def our_own_answer(request, answer, credentials):
    """The page the view made says it in the form; axes would put its own in its place."""
    return answer


def unlock_account(username):
    """Forget the wrong passwords of this account, wherever they came from."""
    AccessAttempt.objects.filter(username=username).delete()
