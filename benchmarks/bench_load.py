"""50 clerks saving at once over HTTP against gunicorn: how long they wait, and that nothing acknowledged is lost.

Ten filings, five clerks at each; every third save goes to a cell that all five write to. The floor is one clerk alone.
The same run against a server that no longer compares what a page showed with what is stored must find losses.
"""

import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from benchmarks import QUICK, result
from benchmarks.city import build_units, due_time
from benchmarks.clerks import CONTESTED, OWN, Clerk, count_lost_saves, work_together
from communities.models import Assignment
from residents.models import Profile
from surveys.actions import open_round

CLERKS, FILINGS, WORKERS, PACE = 50, 10, 4, 2.0
ALONE, PACED, PRESSED = (10, 2, 6) if QUICK else (100, 15, 10)


def run():
    city = build_units(20)
    sessions = [session_of(city, number) for number in range(CLERKS)]
    lines = []
    for year, app in ((2022, "config.wsgi"), (2023, "benchmarks.unguarded")):
        filings = list(
            open_round(unit=city, period=str(year), due_at=due_time(year)).filings.communities()[
                : FILINGS + 1
            ]
        )
        with running_server(app) as port:
            lines += (
                guarded_results(port, sessions, filings)
                if app == "config.wsgi"
                else unguarded_result(port, sessions, filings)
            )
    return lines


def session_of(city, number):
    """A clerk of the whole city, signed in."""
    user = User.objects.create_user(f"load{number}", name=f"第{number}人")
    Assignment.objects.create(user=user, unit=city, role="clerk")
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def clerks_at_work(port, sessions, filings):
    paths = [reverse("surveys:section", args=[filing.pk, "profile"]) for filing in filings]
    return [
        Clerk(at, port, session, paths[at // len(OWN) % len(paths)])
        for at, session in enumerate(sessions)
    ]


def guarded_results(port, sessions, filings):
    alone, *_ = clerks_at_work(port, sessions[:1], filings[-1:])
    alone.work(10 * WORKERS, lambda: 0)  # every worker fills its caches
    alone.waits.clear()
    alone.work(ALONE, lambda: 0.02)
    clerks = clerks_at_work(port, sessions, filings[:-1])
    work_together(clerks, PACED, lambda: random.expovariate(1 / PACE))
    paced = percentile_95(clerk.waits.pop() for clerk in clerks for _ in range(PACED))
    took = work_together(clerks, PRESSED, lambda: 0)
    pressed = percentile_95(wait for clerk in clerks for wait in clerk.waits)
    everybody = [alone, *clerks]
    told = sum(len(clerk.told) for clerk in everybody)
    untold = (
        told
        - AuditEntry.objects.filter(
            verb="填报", target__in=[f"filing:{f.pk}" for f in filings]
        ).count()
    )
    what = f"{CLERKS} clerks at {FILINGS} filings, {WORKERS} workers"
    return [
        result("one clerk alone, wait for a save, p95", percentile_95(alone.waits), goal="≤ 50 ms"),
        result(
            f"{what}, a save every {PACE:.0f} s each: wait, p95",
            paced,
            floor=percentile_95(alone.waits),
            goal="≤ 4 ×",
        ),
        result(f"{what}, without a pause: wait, p95", pressed, floor=percentile_95(alone.waits)),
        result(f"{what}, without a pause: throughput", CLERKS * PRESSED / took, unit="saves/s"),
        result(
            f"acknowledged saves lost, of {told:,}",
            count_lost_saves(everybody, stored_profile_cells(filings)),
            unit="saves",
            goal="0",
        ),
        result(
            f"acknowledged saves without a line in the trail, of {told:,}",
            untold,
            unit="saves",
            goal="0",
        ),
    ]


def unguarded_result(port, sessions, filings):
    clerks = clerks_at_work(port, sessions, filings[:-1])
    work_together(clerks, PRESSED, lambda: 0)
    found = count_lost_saves(clerks, stored_profile_cells(filings))
    return [
        result(
            "the same with the comparison taken out: lost saves found",
            found,
            unit="saves",
            goal="> 0",
        )
    ]


def stored_profile_cells(filings):
    """{(path of the page, cell): text} as it stands in the database."""
    fields = [cell.removeprefix("one.") for cell in (CONTESTED, *OWN)]
    rows = Profile.objects.filter(filing__in=filings).values("filing", *fields)
    pages = {
        row["filing"]: reverse("surveys:section", args=[row["filing"], "profile"]) for row in rows
    }
    return {
        (pages[row["filing"]], f"one.{name}"): cell_as_text(row[name])
        for row in rows
        for name in fields
    }


def cell_as_text(value):
    return "" if value is None else str(value)


def percentile_95(waits):
    """In milliseconds."""
    return statistics.quantiles(waits, n=20)[-1] * 1000


@contextmanager
def running_server(app):
    """gunicorn as in deploy/, on a free port of this machine, on the database of the bench."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"SECRET_KEY": settings.SECRET_KEY}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        app,
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
    ]
    process = subprocess.Popen([*command, "--log-level", "error"], env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(port, seconds=30):
    for _ in range(seconds * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")
