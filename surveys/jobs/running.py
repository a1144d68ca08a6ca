"""Starting jobs, and doing them: in a thread of the web process, or in one of their own (`manage.py work_jobs`)."""

import threading
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction
from django.utils.module_loading import import_string

from accounts import address
from surveys.jobs.tick import Cancelled, Tick, heartbeat
from surveys.models import Job

LANES = 2  # at once, over all processes: a city's workbook takes 200 MB
BROKEN = "处理时出了错，已记入系统日志。请再试一次；仍不行，请把这个任务的编号告诉系统管理员。"

# {name: run(job, tick), or where it is written, imported when there is such a job}; see surveys.jobs
kinds = {}
# [where a step is written]: short work that nobody asked for, a step at a time while no job waits; it returns whether it
# found something to do
between_jobs = []


@dataclass(frozen=True)
class Made:
    """A file that a job made: its name for people, and its content."""

    name: str
    content: bytes


def start_job(*, kind, title, by, filing=None, **arguments):
    """Put work on the list and see that it is done; the job. Asked twice, it is one as long as it waits or runs."""
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(
            pk=by.pk
        )  # a double click waits for its first half
        there = Job.objects.active().filter(kind=kind, by=by, filing=filing)
        if same := next(
            (job for job in there if job.arguments == arguments and not job.is_lost), None
        ):
            return same
        about = {
            "kind": kind,
            "title": title[:200],
            "by": by,
            "filing": filing,
            "arguments": arguments,
        }
        job = Job.objects.create(**about, address=address.current_address.get())
    launch()
    return job


def launch():
    """Where the setting says that this process does the work: begin, once what was written can be read."""
    if settings.JOBS == "foreground":
        work()
    elif settings.JOBS == "inprocess":
        transaction.on_commit(
            threading.Thread(target=work_and_close, name="jobs", daemon=True).start
        )


def nudge(jobs):
    """What is found waiting or lost when somebody looks: see that it goes on, or is said to be lost."""
    if any(job.is_lost for job in jobs):
        Job.objects.sweep()
    if settings.JOBS == "inprocess" and any(job.state == Job.State.WAITING for job in jobs):
        launch()


def work_and_close():
    """A thread has connections of its own, which nobody else would close."""
    try:
        work()
    finally:
        connections.close_all()


def resume_jobs():
    """Go on with what an earlier process left; the web process calls it once at its start."""
    if settings.JOBS == "inprocess":
        threading.Thread(target=resume_and_close, name="jobs", daemon=True).start()


def resume_and_close():
    """Do what waits, where the database is made already."""
    if Job._meta.db_table in connection.introspection.table_names():
        work_and_close()
    connections.close_all()


def work():
    """Do what waits, oldest first, until nothing does."""
    while work_a_step():
        pass


def work_a_step():
    """Do the next job, or where none waits a step of what apps do between jobs; False where nothing is to be done."""
    job = next_job()
    if job:
        perform(job)
        return True
    return any(import_string(step)() for step in between_jobs)


def next_job():
    """The oldest job that waits, claimed; None where there is none or enough is being done."""
    Job.objects.sweep()
    for job in Job.objects.waiting().select_related("by", "filing__round").order_by("pk"):
        if Job.objects.alive().count() >= LANES:
            return None
        if job.claim():
            return job
    return None


def perform(job):
    """Run one job to its end, whatever that is; what nobody expected ends this thread or process too, and is logged."""
    token = address.current_address.set(job.address)
    state, result = Job.State.FAILED, {"message": BROKEN}
    try:
        state, result = outcome(job)
    finally:
        job.end(state, **result)
        address.current_address.reset(token)


def outcome(job):
    """(state, the columns of what came of it)"""
    try:
        with heartbeat(job) if settings.JOBS != "foreground" else nullcontext():
            return Job.State.DONE, kept(job, work_of(job)(job, Tick(job)))
    except Cancelled:
        return Job.State.CANCELLED, {"message": ""}
    except ValidationError as refused:
        link = getattr(refused, "link", "")  # where to go on, if the work knows it
        return Job.State.FAILED, {"message": " ".join(refused.messages)[:500], "link": link}


def work_of(job):
    """Return the function that does a job of this kind."""
    run = kinds[job.kind]
    if isinstance(run, str):
        return import_string(run)
    return run


def kept(job, result):
    """The columns of a result: an address, a file, or nothing."""
    if not isinstance(result, Made):
        return {"message": "", "link": result or ""}
    job.file.save(result.name, ContentFile(result.content), save=False)
    return {"message": "", "file": job.file.name, "file_name": result.name[:255]}
