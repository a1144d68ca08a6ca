from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.audit import audit_entry, write_entries
from communities.models import Level
from documents.checker.check import check_draft
from documents.checker.draft import MAX_FILE, WAY_OUT, draft_passages
from documents.checker.known import KnownFacts
from reports.engine.scope import scope_of
from surveys.pages.context import PageContext
from surveys.pages.filings import visible_filing
from surveys.reading.guard import Unreadable

NO_FILE = Unreadable("还没有选择文件。", "请选一个 .docx 文稿。")


@require_http_methods(["GET", "HEAD", "POST"])
def checker_page(request, pk):
    """Hold the numbers of any draft against the figures of a unit and round; keep no draft."""
    filing, scope = visible_filing(request, pk), scope_of(request)
    if filing.level >= Level.COMMUNITY:
        raise Http404
    frame = PageContext(filing, request.user, "checker", here="核对文稿")
    context = {"frame": frame, "scope": scope}
    if request.method != "POST":
        return render(request, "documents/checker.html", context)
    file = request.FILES.get("file")
    try:
        found = check_uploaded_draft(file, filing, scope)
    except Unreadable as wrong:
        context["wrong"] = [f"{wrong.reason}{wrong.expected}"]
        return render(request, "documents/checker.html", context, status=422)
    record_check(request.user, filing, file.name, found)
    context["name"], context["found"] = file.name, found
    return render(request, "documents/checker.html", context)


def check_uploaded_draft(file, filing, scope):
    """What came of the draft. Raises Unreadable with a sentence."""
    if file is None:
        raise NO_FILE
    if not file.name.lower().endswith(".docx"):
        raise Unreadable(f"“{file.name}”不是 .docx 文档。", WAY_OUT)
    read = draft_passages(file.read(MAX_FILE + 1))
    known = KnownFacts(filing, approved=scope.approved)
    return check_draft(read, known)


@transaction.atomic
def record_check(user, filing, name, found):
    """Write into the trail who checked which draft, and what came of it."""
    changes = {"数字": [None, found.count], "要看的": [None, len(found.alarms)]}
    target = f"filing:{filing.pk}"
    entry = audit_entry(
        by=user, verb="核对文稿", what=name, changes=changes, path=filing.path, target=target
    )
    write_entries(entry)
