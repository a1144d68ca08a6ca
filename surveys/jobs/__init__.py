"""Lengthy work outside the request: it shows how far it is, can be cancelled, and is found again when the page was closed.

Another app adds a kind in its AppConfig.ready, as with `surveys.actions.after_save`:

    from surveys.jobs import kinds
    kinds["booklet"] = "documents.papers.booklet.make_booklet"    # imported for the first such job

    def make_booklet(job, tick):
        filings = Filing.objects.visible_to(job.by).within(job.filing)   # scope again: time has passed
        for at, filing in enumerate(filings):
            tick("正在写各社区", at, len(filings))                         # stops here when it was cancelled
            ...
        tick.last("正在写入")                                             # from here on it cannot be cancelled
        return Made("年报汇编.docx", content)                             # a file; or the address of a page; or None

and a view starts it and shows its page:

    job = start_job(kind="booklet", title="年报汇编", by=request.user, filing=filing, style="long")
    return redirect("surveys:job", job.pk)                                # job.arguments == {"style": "long"}

What nobody asked for but the program itself, such as counting measures anew, is a step of `between_jobs`: done while no
job waits, a second or so at a time.

Tick outside transactions only: a tick is a write of its own, and inside a transaction nobody would see it (on SQLite an
open write transaction keeps all others from writing, so write last and in one go). A ValidationError tells the person why
it failed; any other exception goes to the log of the process (in tests, where jobs are done
at once, to the test). The line in the trail belongs to what `run` does, or to the view.
"""

from surveys.jobs.running import Made, between_jobs, kinds, nudge, resume_jobs, start_job, work
from surveys.jobs.tick import Cancelled, Tick

__all__ = [
    "Cancelled",
    "Made",
    "Tick",
    "between_jobs",
    "kinds",
    "nudge",
    "resume_jobs",
    "start_job",
    "work",
]
