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
MESSAGE_CSS = {
    Message.Kind.REMINDER: "ask",
    Message.Kind.RETURNED: "unmet",
    Message.Kind.APPROVED: "met",
    Message.Kind.NOTICE: "law",
}


@require_safe
def messages_page(request):
    """A person's own messages, newest first."""
    mine = Message.objects.visible_to(request.user).select_related("round", "filing", "by")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    for message in page.object_list:
        message.css, message.call = MESSAGE_CSS[message.kind], button_label(message)
    top = top_filing(request.user)
    frame = PageContext(top, request.user, "messages", here="消息") if top else None
    return render(request, "surveys/messages.html", {"frame": frame, "page": page})


def button_label(message):
    """The words of a message's button: nothing is left to do about what was approved."""
    if not (message.filing_id or message.round_id):
        return "标为已读"
    return "查看" if message.kind == Message.Kind.APPROVED else "去处理"


@require_POST
def open_message(request, pk):
    """Read a message and go to what it is about; without its unit in sight it is only read."""
    mine = Message.objects.visible_to(request.user).filter(pk=pk)
    message = mine.select_related("filing", "round").first()
    if not message:
        raise Http404
    read(messages=Message.objects.filter(pk=pk), by=request.user)
    return redirect(message_target(message, request.user) or "surveys:messages")


def message_target(message, user):
    """The address where a message is seen to, or "" where its unit is not in sight.

    A clerk's own returned filing leads to its questions, another filing to its paper, a round to
    the worklist.
    """
    if message.filing_id:
        return filing_target(message.filing_id, user)
    filled = Filing.objects.editable_by(user).asked().filter(round=message.round_id)
    if not filled.exists():
        return ""
    return f"{reverse('surveys:work')}?round={message.round_id}"


def filing_target(pk, user):
    in_sight = Filing.objects.visible_to(user).select_related("round")
    filing = in_sight.filter(pk=pk).first()
    if not filing:
        return ""
    if filing.status == "returned" and may_fill(filing, user):
        return reverse("surveys:answer", args=[filing.pk])
    return filing_href(filing)


@require_POST
def read_all_messages(request):
    """Mark all of a person's messages as read."""
    count = read(messages=Message.objects.all(), by=request.user)
    sentence = f"已把 {count} 条消息标为已读。" if count else "没有未读消息。"
    notices.success(request, sentence)
    return redirect("surveys:messages")
