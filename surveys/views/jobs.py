"""My lengthy work: how far each is, the way to stop it, and what came of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audit_entry, write_entries
from surveys.jobs import nudge
from surveys.models import Job
from surveys.pages.context import PageContext
from surveys.pages.downloads import file_response
from surveys.pages.filings import top_filing, visible_filing

PER_PAGE = 50


def found(request, pk):
    """One of the person's own jobs. Raises Http404 for any other."""
    try:
        return Job.objects.visible_to(request.user).select_related("filing").get(pk=pk)
    except Job.DoesNotExist:
        raise Http404 from None


def looked_at(request, pk):
    """The same, seen to: what was lost is said to be lost."""
    job = found(request, pk)
    if job.is_active:
        nudge([job])
        job.refresh_from_db(from_queryset=Job.objects.select_related("filing"))
    return job


def frame(request, filing, here):
    """The frame around the page; None for somebody without a filing in sight."""
    return filing and PageContext(filing, request.user, "jobs", here=here)


@require_safe
def jobs(request):
    """All of them, newest first."""
    mine = Job.objects.visible_to(request.user).select_related("filing")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    nudge(page.object_list)
    context = {"page": page, "frame": frame(request, top_filing(request.user), "我的任务")}
    return render(request, "jobs/list.html", context)


@require_safe
def job(request, pk):
    """How far one is; asked again by the page itself, and led on to the result."""
    job = looked_at(request, pk)
    if request.htmx:
        request.looked_only = True
        return asked_again(request, job)
    filing = visible_filing(request, job.filing_id) if job.filing_id else top_filing(request.user)
    return render(
        request, "jobs/job.html", {"job": job, "frame": frame(request, filing, job.title)}
    )


def asked_again(request, job):
    """The job alone, for the page that asks; once done, it asks a last time and is led on.

    Led on at once, it would ask anew every two seconds, and begin the way anew, until a slow page has come.
    """
    leads_on = job.link and job.state == Job.State.DONE
    if leads_on and "on" in request.GET:
        return HttpResponse(headers={"HX-Redirect": job.link})
    return render(request, "jobs/_job.html", {"job": job, "leads_on": leads_on})


@require_safe
def job_file(request, pk):
    """The file a job made, under its name; every download is in the trail."""
    job = found(request, pk)
    if not job.file:
        raise Http404
    try:
        with job.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("文件已不在服务器上，请重新生成。") from None
    path = job.filing.path if job.filing else ""
    write_entries(
        audit_entry(
            by=request.user, verb="下载文件", what=job.file_name, path=path, target=f"job:{job.pk}"
        )
    )
    return file_response(content, job.file_name, "application/octet-stream")


@require_POST
def cancel_job(request, pk):
    """Stop it where it can still be stopped."""
    job = found(request, pk)
    if job.is_active and not job.cancel():
        messages.warning(request, "已经开始写入，不能取消了；写完后可以在结果页撤销。")
    return redirect("surveys:job", pk)
