"""Keep the demo city of this version for later ones to migrate: `python -m tests.released`.

Needs a PostgreSQL with pg_dump. A version is kept once, when it is released.
"""

import json
import lzma
import sqlite3
from urllib.parse import urlsplit

from config.version import VERSION
from tests import postgres
from tests.released import KEPT, dump, figures, manage, postgresql_database, sqlite_database


def packed(content):
    return lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)


def keep_sqlite():
    with sqlite_database() as url:
        manage(url, "demo", "--no-server")
        said = figures(url)
        path = urlsplit(url).path
        with sqlite3.connect(path) as connection:
            connection.execute("VACUUM")
        with open(path, "rb") as file:
            (KEPT / f"{VERSION}.sqlite3.xz").write_bytes(packed(file.read()))
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    (KEPT / f"{VERSION}.json.xz").write_bytes(packed(text.encode()))


def keep_postgresql():
    with postgres.server() as server, postgresql_database(server) as url:
        manage(url, "demo", "--no-server")
        (KEPT / f"{VERSION}.sql.xz").write_bytes(packed(dump(url).encode()))


if __name__ == "__main__":
    KEPT.mkdir(parents=True, exist_ok=True)
    keep_sqlite()
    keep_postgresql()
