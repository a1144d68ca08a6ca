"""The word of a running job about itself, and the sign that its process lives."""

import threading
import time
from contextlib import contextmanager

from django.db import DatabaseError, connection

EVERY = 0.7  # seconds between two written ticks: each costs SQLite a flush to the disk
BEAT = 10  # seconds


class Cancelled(Exception):
    """The person does not want it any more, or another process gave it up for lost."""


class Tick:
    """`tick("正在读取", 3, 8)`: written at most every 0.7 seconds, or at once where the words change."""

    def __init__(self, job):
        self.job, self.words, self.due = job, None, 0

    def __call__(self, message, done=0, total=0):
        if message == self.words and time.monotonic() < self.due:
            return
        self.words, self.due = message, time.monotonic() + EVERY
        self.write(message=message, done=done, total=total)

    def last(self, message="正在写入"):
        """What cannot be stopped halfway begins."""
        self.words = message
        self.write(message=message, may_cancel=False)

    def write(self, **progress):
        if not self.job.beat(**progress):
            raise Cancelled


@contextmanager
def heartbeat(job):
    """A sign of life while a step takes long, from a thread and a connection of its own."""
    over = threading.Event()
    thread = threading.Thread(target=beat_until, args=(job, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def beat_until(job, over):
    while not over.wait(BEAT):
        try:
            job.beat()
        except DatabaseError:
            continue  # SQLite is being written to; the next beat tells
        finally:
            connection.close()
