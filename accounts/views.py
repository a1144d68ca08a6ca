"""The door, the way back in without losing what was typed, and one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import actions
from accounts.address import client_address
from accounts.again import (
    KEPT_FIELD,
    asked_by_script,
    forget_person,
    read_hidden_fields,
    remember_person,
    remembered_person,
)
from accounts.forms import PasswordAgainForm, PasswordForm, SignInForm, account_named
from accounts.passwords import password_policy


class SignIn(LoginView):
    """Name and password; wrong ones are in the trail."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        before = actions.note_sign_in(user=user, address=client_address(self.request))
        response = super().form_valid(form)
        begin_session(self.request, before)
        return remember_person(response, user)

    def form_invalid(self, form):
        context = self.get_context_data(form=form)
        username, password = form.cleaned_data.get("username"), form.cleaned_data.get("password")
        if not (username and password):
            return self.render_to_response(context)
        locked = bool(form.locked_minutes)
        actions.note_failed_sign_in(user=account_named(username), locked=locked)
        return self.render_to_response(context, status=429 if locked else 200)


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Ends this session, and forgets at this browser who it was."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            actions.note_account(request.user, by=request.user, verb="退出")
        return forget_person(super().post(request, *args, **kwargs))


def begin_session(request, before=None):
    """Note in a new session when it began.

    `before` is (when, from where) of the sign-in before, for the "last signed in" line.
    """
    request.session["began"] = timezone.now().timestamp()
    moment, address = before or (None, "")
    if not moment:
        return
    when = timezone.localtime(moment)
    sentence = f"{when.month} 月 {when.day} 日 {when:%H:%M}"
    if address:
        sentence += f" 来自 {address}"
    request.session["last_sign_in"] = sentence


@login_not_required
def again_page(request):
    """Let the same person at the same browser sign in in place, after the session ended by itself.

    The page's script sends the password and gets JSON; without script the typed fields travel along
    as hidden ones.
    """
    user = remembered_person(request)
    if user is None:
        return nobody_remembered(request)
    given = request.POST if "password" in request.POST else None
    form = PasswordAgainForm(request, user, given)
    if form.is_bound and form.is_valid():
        return resume_session(request, form.user)
    if request.POST.get("password"):
        actions.note_failed_sign_in(user=user, locked=form.has_error("password", "locked"))
    if asked_by_script(request):
        return JsonResponse({"errors": form.errors.get("password", [])}, status=400)
    context = {
        "form": form,
        "kept": request.POST.getlist(KEPT_FIELD),
        "to": request.POST.get("to", "/"),
    }
    return render(request, "accounts/again.html", context)


def nobody_remembered(request):
    if asked_by_script(request):
        return JsonResponse({"errors": ["请重新登录。"]}, status=410)
    return redirect("/")


def resume_session(request, user):
    """Let the session go on, and send what was typed.

    The forms of open pages keep their token: it is the same person at the same browser.
    """
    token = request.META.get("CSRF_COOKIE")
    login(request, user)
    begin_session(request)
    request.META["CSRF_COOKIE"] = token or request.META["CSRF_COOKIE"]
    actions.note_sign_in_again(user=user)
    if asked_by_script(request):
        return remember_person(JsonResponse({"ok": True}), user)
    to = request.POST.get("to", "/")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}):
        to = "/"
    context = {"fields": read_hidden_fields(request.POST.getlist(KEPT_FIELD)), "to": to}
    response = render(request, "accounts/resend.html", context)
    return remember_person(response, user)


@login_not_required
def session_alive(request):
    """Return how many seconds this session lasts; a POST counts as use, a GET does not."""
    left = 0
    if request.user.is_authenticated:
        left = request.session.left()
    if request.method == "POST" and left:
        left = settings.SESSION_COOKIE_AGE
    return JsonResponse({"left": left})


def password_page(request):
    """Change one's own password: wanted, or required after a first sign-in, a reset or 90 days."""
    form = PasswordForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        actions.change_password(by=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已更换；在其他电脑上的登录已退出。")
        return redirect("/")
    context = {"form": form, "policy": password_policy().description}
    return render(request, "accounts/password.html", context)
