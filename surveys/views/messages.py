from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from surveys.actions.messages import read
from surveys.models import Filing, Message
from surveys.pages.context import PageContext
from surveys.pages.filings import filing_href, top_filing
from surveys.workflow import may_fill

PER_PAGE = 50
CSS = {
    Message.Kind.REMINDER: "ask",
    Message.Kind.RETURNED: "unmet",
    Message.Kind.APPROVED: "met",
    Message.Kind.NOTICE: "law",
}


@require_safe
def messages(request):
    """A person's own messages, newest first."""
    mine = Message.objects.visible_to(request.user).select_related("round", "filing", "by")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    for message in page.object_list:
        message.css, message.call = CSS[message.kind], call(message)
    top = top_filing(request.user)
    frame = PageContext(top, request.user, "messages", here="消息") if top else None
    return render(request, "surveys/messages.html", {"frame": frame, "page": page})


def call(message):
    """What its button says: nothing is left to do about what was approved."""
    if not (message.filing_id or message.round_id):
        return "标为已读"
    return "查看" if message.kind == Message.Kind.APPROVED else "去处理"


@require_POST
def open_message(request, pk):
    """Read one, and go to what it is about; one whose unit is no longer in sight is only read."""
    message = (
        Message.objects.visible_to(request.user)
        .filter(pk=pk)
        .select_related("filing", "round")
        .first()
    )
    if not message:
        raise Http404
    read(messages=Message.objects.filter(pk=pk), by=request.user)
    return redirect(leads_to(message, request.user) or "surveys:messages")


def leads_to(message, user):
    """The page where a message is seen to, or "": a clerk's own filing to fill in, else its paper, else the round's list."""
    if message.filing_id:
        seen = (
            Filing.objects.visible_to(user)
            .select_related("round")
            .filter(pk=message.filing_id)
            .first()
        )
        if seen and seen.status == "returned" and may_fill(seen, user):
            return reverse("surveys:answer", args=[seen.pk])
        return filing_href(seen) if seen else ""
    filled = Filing.objects.editable_by(user).asked().filter(round=message.round_id)
    return f"{reverse('surveys:work')}?round={message.round_id}" if filled.exists() else ""


@require_POST
def read_all(request):
    """Nothing is left unread."""
    count = read(messages=Message.objects.all(), by=request.user)
    notices.success(request, f"已把 {count} 条消息标为已读。" if count else "没有未读消息。")
    return redirect("surveys:messages")
