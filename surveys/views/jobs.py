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


def own_job(request, pk):
    """One of the person's own jobs. Raises Http404 for any other."""
    try:
        return Job.objects.visible_to(request.user).select_related("filing").get(pk=pk)
    except Job.DoesNotExist:
        raise Http404 from None


def job_looked_after(request, pk):
    """One of the person's own jobs, as it stands now: a job that was lost is marked as lost."""
    job = own_job(request, pk)
    if job.is_active:
        nudge([job])
        job.refresh_from_db(from_queryset=Job.objects.select_related("filing"))
    return job


def jobs_context(request, filing, here):
    """The context of the page; None for somebody without a filing in sight."""
    return filing and PageContext(filing, request.user, "jobs", here=here)


@require_safe
def jobs_page(request):
    """All of a person's jobs, newest first."""
    mine = Job.objects.visible_to(request.user).select_related("filing")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    nudge(page.object_list)
    context = {"page": page, "frame": jobs_context(request, top_filing(request.user), "我的任务")}
    return render(request, "jobs/list.html", context)


@require_safe
def job_page(request, pk):
    """How far a job is; the page itself asks again, and is led on to the result."""
    job = job_looked_after(request, pk)
    if request.htmx:
        request.looked_only = True
        return answer_polling(request, job)
    if job.filing_id:
        filing = visible_filing(request, job.filing_id)
    else:
        filing = top_filing(request.user)
    context = {"job": job, "frame": jobs_context(request, filing, job.title)}
    return render(request, "jobs/job.html", context)


def answer_polling(request, job):
    """The job alone, for the page that asks; once done, it asks a last time and is led on.

    Led on at once, it would ask anew every two seconds, and begin the way anew, until a slow page
    has come.
    """
    leads_on = job.link and job.state == Job.State.DONE
    if leads_on and "on" in request.GET:
        return HttpResponse(headers={"HX-Redirect": job.link})
    return render(request, "jobs/_job.html", {"job": job, "leads_on": leads_on})


@require_safe
def download_job_file(request, pk):
    """The file a job made, under its name; every download is in the trail."""
    job = own_job(request, pk)
    if not job.file:
        raise Http404
    try:
        with job.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("文件已不在服务器上，请重新生成。") from None
    path = job.filing.path if job.filing else ""
    name, target = job.file_name, f"job:{job.pk}"
    entry = audit_entry(by=request.user, verb="下载文件", what=name, path=path, target=target)
    write_entries(entry)
    return file_response(content, name, "application/octet-stream")


@require_POST
def cancel_job(request, pk):
    """Stop a job where it can still be stopped."""
    job = own_job(request, pk)
    if job.is_active and not job.cancel():
        messages.warning(request, "已经开始写入，不能取消了；写完后可以在结果页撤销。")
    return redirect("surveys:job", pk)
