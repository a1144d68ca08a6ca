"""Clerks who save over real HTTP, each with the view its page would have, and remember what was acknowledged."""

import http.client
import json
import threading
import time
from collections import defaultdict
from urllib.parse import urlencode
from uuid import uuid4

CONTESTED = "one.households"  # everybody at a filing writes here too
OWN = ["one.men", "one.women", "one.registered", "one.usual", "one.floating"]
CSRF = "a" * 32


class Clerk:
    """One browser: `view` {cell: text} as its page shows it; `told` the saves that were acknowledged: (cell, was, new)."""

    def __init__(self, number, port, session, path):
        self.number, self.port, self.path = number, port, path
        self.cookie = f"sessionid={session}; csrftoken={CSRF}"
        self.view, self.version, self.told, self.waits, self.saves = {}, 0, [], [], 0

    def work(self, saves, pause):
        """So many saves, with pauses as `pause()` says; every third at the cell that others write to."""
        for _ in range(saves):
            time.sleep(pause())
            self.saves += 1
            self.save(CONTESTED if self.saves % 3 == 0 else OWN[self.number % len(OWN)])

    def save(self, cell):
        new, was = str(self.number * 10_000 + self.saves), self.view.get(cell, "")
        form = {"version": self.version, "key": uuid4(), "was": json.dumps({cell: was}), cell: new}
        start = time.perf_counter()
        answer = self.post(form)
        self.waits.append(time.perf_counter() - start)
        self.version = answer["version"]
        self.view |= answer.get("all", {}) | answer["stored"]
        self.view |= {place: told["theirs"] for place, told in answer["conflicts"].items()}
        if answer["stored"].get(cell) == new:
            self.told.append((cell, was, new))

    def post(self, form):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Accept": "application/json"}
        head["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", self.path, urlencode(form), head)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:200]!r}")
        return json.loads(body)


def work_together(clerks, saves, pause):
    """All at once, each in a thread; how long it took."""
    threads = [threading.Thread(target=clerk.work, args=(saves, pause)) for clerk in clerks]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def count_lost_saves(clerks, stored):
    """How many acknowledged saves were overwritten by somebody who had not seen them; `stored` {(path, cell): text}.

    Every save names what it replaced, so those of a cell form one chain from blank to what is stored.
    """
    chains = defaultdict(list)
    for clerk in clerks:
        for cell, was, new in clerk.told:
            chains[clerk.path, cell].append((was, new))
    return sum(count_broken_links(chain, stored[place]) for place, chain in chains.items())


def count_broken_links(chain, end):
    following, at, length = dict(chain), "", 0
    while at in following:
        at, length = following[at], length + 1
    return len(chain) - length + (at != end)
