"""What holds for every request: where it comes from, and who must sign in or change passwords."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from accounts import address
from accounts.again import asked_by_script, session_ended_response

BEFORE_ALL = {"accounts:password", "accounts:sign_out", "accounts:alive", "accounts:again"}


def note_client_address(get_response):
    """Let the trail know the address of the request."""

    def middleware(request):
        token = address.current_address.set(address.client_address(request))
        try:
            return get_response(request)
        finally:
            address.current_address.reset(token)

    return middleware


def session_term(get_response):
    """A session ends when it is not used for a while, and after a working day in any case.

    A page that asks by itself how far something is sets `request.looked_only`: nobody need be
    sitting there.
    """

    def middleware(request):
        if session_too_long(request.session):
            logout(request)
        response = get_response(request)
        if request.user.is_authenticated and counts_as_use(request):
            request.session.prolong()
        return response

    return middleware


def session_too_long(session):
    began = session.get("began")
    if not began:
        return False
    lasted = timezone.now().timestamp() - began
    return lasted > settings.SESSION_LONGEST


def counts_as_use(request):
    """Return whether somebody did something, as against a page that asks by itself."""
    if getattr(request, "looked_only", False):
        return False
    match = request.resolver_match
    asks_alive = match and match.view_name == "accounts:alive"
    return not asks_alive or request.method == "POST"


class SignInRequired(LoginRequiredMiddleware):
    """Answers a page asked for with the sign-in page, and something sent with a 401.

    What was typed is kept and sent again.
    """

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD") and not asked_by_script(request):
            return super().handle_no_permission(request, view_func)
        return session_ended_response(request)


class FreshPassword:
    """Sends people to change a password that somebody else gave them, or that is too old."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match.view_name in BEFORE_ALL:
            return None
        if asked_by_script(request):
            return JsonResponse({"errors": ["请先修改密码。"]}, status=403)
        address = resolve_url("accounts:password")
        return redirect(f"{address}?required=1")


def no_store(get_response):
    """Nothing an official sees may be shown to the next person at the same browser or proxy."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware
