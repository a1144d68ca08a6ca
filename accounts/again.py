"""The way back in after an idle session ended, without losing what was typed.

The browser remembers who it was, and what was sent travels along in hidden fields.
"""

import json

from django.conf import settings
from django.core import signing
from django.http import JsonResponse
from django.shortcuts import render, resolve_url

from accounts.models import User

COOKIE, SALT = "signed_in_as", "accounts.again"
REMEMBERED = 7 * 24 * 3600  # seconds
HEADER = "X-Sign-In"  # on a 401: where to sign in again
KEPT_FIELD = "kept"  # the hidden fields that carry what was typed
KEPT_SIZE = 1_000_000  # characters
NEVER_KEPT = ("csrfmiddlewaretoken", "old", "new", "again")


def asked_by_script(request):
    """Return whether a page's script asked (fetch or htmx), and not the browser for a page."""
    if "HX-Request" in request.headers:
        return True
    return "text/html" not in request.headers.get("Accept", "text/html")


def remember_person(response, user):
    """Let this browser know, sealed, who may go on in place."""
    response.set_cookie(
        COOKIE,
        signing.dumps(user.pk, salt=SALT),
        max_age=REMEMBERED,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def forget_person(response):
    response.delete_cookie(COOKIE)
    return response


def remembered_person(request):
    """Return who signed in last at this browser and did not sign out.

    None where that is unknown, or the person was shut out since.
    """
    sealed = request.COOKIES.get(COOKIE, "")
    try:
        pk = signing.loads(sealed, salt=SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def session_ended_response(request):
    """Return the 401 to something sent after the session ended, for a script or for a person."""
    address = resolve_url("accounts:again")
    if asked_by_script(request):
        return JsonResponse({"sign_in": address}, status=401, headers={HEADER: address})
    context = {
        "kept": hidden_fields(request),
        "to": request.get_full_path(),
        "who": remembered_person(request),
        "files": request.FILES,
    }
    response = render(request, "accounts/again.html", context, status=401)
    response[HEADER] = address
    return response


def hidden_fields(request):
    """Return what was typed, one JSON [name, value] a hidden field; passwords and tokens never.

    The list is empty where that would be too much to carry along.
    """
    fields = []
    for name, values in request.POST.lists():
        if "password" in name or name in NEVER_KEPT:
            continue
        fields += [json.dumps([name, value]) for value in values]
    size = sum(len(field) for field in fields)
    return fields if size <= KEPT_SIZE else []


def read_hidden_fields(fields):
    """Return [(name, value)] of `hidden_fields`; anything else that was put there is left out."""
    try:
        pairs = [json.loads(field) for field in fields]
    except ValueError:
        return []
    return [tuple(pair) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
