"""An idle session ends, but nothing that was typed: who it was is remembered, and what was sent travels along."""

import json

from django.conf import settings
from django.core import signing
from django.http import JsonResponse
from django.shortcuts import render, resolve_url

from accounts.models import User

COOKIE, SALT = "signed_in_as", "accounts.again"
REMEMBERED = 7 * 24 * 3600
HEADER = "X-Sign-In"  # on a 401: where to sign in again
KEPT_FIELD = "kept"  # the hidden fields that carry what was typed
KEPT_SIZE = 1_000_000


def asked_by_script(request):
    """Whether a page's script asked (fetch or htmx), and not the browser for a page to show."""
    return "HX-Request" in request.headers or "text/html" not in request.headers.get(
        "Accept", "text/html"
    )


def remember_person(response, user):
    """Let this browser know, sealed, who may go on in place."""
    options = {
        "max_age": REMEMBERED,
        "httponly": True,
        "secure": settings.SESSION_COOKIE_SECURE,
        "samesite": "Lax",
    }
    response.set_cookie(COOKIE, signing.dumps(user.pk, salt=SALT), **options)
    return response


def forget_person(response):
    response.delete_cookie(COOKIE)
    return response


def remembered_person(request):
    """The person who signed in last at this browser and did not sign out; None where unknown or shut out since."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def session_ended_response(request):
    """The answer to something sent after the session ended: 401, for the page's script or for a person."""
    where = resolve_url("accounts:again")
    if asked_by_script(request):
        return JsonResponse({"sign_in": where}, status=401, headers={HEADER: where})
    context = {
        "kept": hidden_fields(request),
        "to": request.get_full_path(),
        "who": remembered_person(request),
        "files": request.FILES,
    }
    answer = render(request, "accounts/again.html", context, status=401)
    answer[HEADER] = where
    return answer


def hidden_fields(request):
    """What was typed, as hidden fields: [name, value] each; passwords and tokens never."""
    pairs = [
        json.dumps([name, value])
        for name, values in request.POST.lists()
        for value in values
        if "password" not in name and name not in ("csrfmiddlewaretoken", "old", "new", "again")
    ]
    return pairs if sum(map(len, pairs)) <= KEPT_SIZE else []


def read_hidden_fields(values):
    """[(name, value)] of such hidden fields; anything else that was put there is left out."""
    try:
        pairs = [json.loads(value) for value in values]
    except ValueError:
        return []
    return [tuple(pair) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
