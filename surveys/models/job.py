from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from communities import tree
from surveys.models.filing import Filing

# Twelve beats missed. Shorter would call lost what only waits: on SQLite nobody can write while somebody writes.
LOST_AFTER = timedelta(minutes=2)


def stored_name(job, name):
    """Where a result lies: a name of our own; the one people see is `Job.file_name`."""
    return f"jobs/{uuid4().hex}.bin"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own jobs, as long as what they are about is in that person's area."""
        in_sight = Q(filing=None) | tree.lies_inside(user.paths(), "filing__path")
        return self.filter(in_sight, by=user)

    def waiting(self):
        return self.filter(state=Job.State.WAITING)

    def running(self):
        return self.filter(state=Job.State.RUNNING)

    def active(self):
        return self.filter(state__in=Job.ACTIVE)

    def alive(self):
        """Running, and heard of lately."""
        return self.running().filter(heartbeat__gte=timezone.now() - LOST_AFTER)

    def sweep(self):
        """Close the jobs whose process is gone; how many."""
        lost = self.running().filter(heartbeat__lt=timezone.now() - LOST_AFTER)
        if not lost.exists():  # the common case, without waiting for whoever writes
            return 0
        return lost.update(state=Job.State.FAILED, message=Job.LOST, ended_at=timezone.now())


class Job(models.Model):
    """Lengthy work somebody started and may come back to: a city's workbook read, a booklet made.

    `arguments` are the keyword arguments of `surveys.jobs.start_job`, plain values. `done` of `total` is the progress of
    what `message` says; a total of 0 is unknown. The result is a page (`link`) or a file for download (`file`, called
    `file_name`). `filing` is what it is about, so that scope holds; None where it is about nothing in particular.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "未完成"
        CANCELLED = "cancelled", "已取消"

    ACTIVE = (State.WAITING, State.RUNNING)
    LOST = "处理中断了（可能是服务器重启）。请重新办理。"

    kind = models.CharField("种类", max_length=40)
    title = models.CharField("任务", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    filing = models.ForeignKey(
        Filing, verbose_name="范围", null=True, on_delete=models.CASCADE, related_name="jobs"
    )
    arguments = models.JSONField("参数", default=dict)
    address = models.CharField("地址", max_length=45, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("进展", max_length=500, blank=True)
    may_cancel = models.BooleanField("可取消", default=True)
    cancel_asked = models.BooleanField("要求取消", default=False)
    link = models.CharField("结果网址", max_length=200, blank=True)
    file = models.FileField("结果文件", upload_to=stored_name, blank=True)
    file_name = models.CharField("文件名", max_length=255, blank=True)
    at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    heartbeat = models.DateTimeField("最近动静", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        ordering = ["-pk"]
        indexes = [models.Index("state", name="job_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", started_at=None, ended_at=None)
                | Q(
                    state="running",
                    started_at__isnull=False,
                    heartbeat__isnull=False,
                    ended_at=None,
                )
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="job_state_has_time",
                violation_error_message="任务状态与时间不符。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_active(self):
        return self.state in self.ACTIVE

    @property
    def is_lost(self):
        return self.state == self.State.RUNNING and self.heartbeat < timezone.now() - LOST_AFTER

    @property
    def css(self):
        return {self.State.DONE: "met", self.State.FAILED: "unmet"}.get(self.state, "")

    @property
    def percent(self):
        """0 to 100; None where the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None

    def claim(self):
        """Take it to run it; False where another process has it, or it was cancelled."""
        now = timezone.now()
        mine = Job.objects.waiting().filter(pk=self.pk)
        taken = mine.update(state=self.State.RUNNING, started_at=now, heartbeat=now)
        self.refresh_from_db()
        return bool(taken)

    def beat(self, **progress):
        """Say that it lives, and how far it is. False where it is no longer to go on."""
        mine = Job.objects.running().filter(pk=self.pk, cancel_asked=False)
        return bool(mine.update(heartbeat=timezone.now(), **progress))

    def end(self, state, **result):
        """Close it, once. One given up for lost that was done after all is done."""
        over = (self.State.FAILED,) if state == self.State.DONE else ()
        mine = Job.objects.filter(pk=self.pk, state__in=(*self.ACTIVE, *over))
        return bool(mine.update(state=state, ended_at=timezone.now(), **result))

    def cancel(self):
        """Ask to stop: at once where it waits, at its next step where it runs. False where it is too late."""
        now = timezone.now()
        if (
            Job.objects.waiting()
            .filter(pk=self.pk)
            .update(state=self.State.CANCELLED, ended_at=now, cancel_asked=True)
        ):
            return True
        return bool(
            Job.objects.running().filter(pk=self.pk, may_cancel=True).update(cancel_asked=True)
        )
