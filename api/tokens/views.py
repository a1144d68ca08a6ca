"""The administrators' page about keys. Outside the area is 404; who may do what is in the table of policy."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect

from api.models import Token
from api.tokens import actions
from api.tokens.forms import TokenForm
from communities.people.views import proposed_units, render_admin_page

PER_PAGE = 50
CSS = {"waiting": "ask", "working": "met", "expired": "", "revoked": ""}


def tokens(request):
    """All keys of the area; 系统管理 opens one here, and sees its text this once."""
    form = TokenForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        token, text = actions.open_token(by=request.user, **form.cleaned_data)
        return render_admin_page(
            request, "tokens", "新令牌", {"token": token, "text": text}, "tokens/opened.html"
        )
    found = Token.objects.visible_to(request.user).select_related(
        "unit", "created_by", "enabled_by", "revoked_by"
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for token in page.object_list:
        token.css = CSS[token.state]
    context = {"form": form, "page": page, "query": ""} | proposed_units(request)
    return render_admin_page(request, "tokens", "", context, "tokens/list.html")


def enable(request, pk):
    """Let a program in."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("unit"), pk=pk)
    if actions.enable_token(by=request.user, token=token):
        messages.success(request, f"已启用“{token}”，从现在起能取{token.unit}的数据。")
    return redirect("tokens:list")


def revoke(request, pk):
    """Shut a program out."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("unit"), pk=pk)
    if actions.revoke_token(by=request.user, token=token):
        messages.success(request, f"已吊销“{token}”，它立即不能再取数据。")
    return redirect("tokens:list")
