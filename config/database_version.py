"""Whether the database was made by this program: one of another version is refused before anything is read."""

from django.apps import apps
from django.core.checks import Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

VERSIONS = "versions"  # the tag by which the check is asked for alone
WAY_OUT = (
    "把原来的数据库改名留存（SQLite 即 db.sqlite3，改成 db-旧.sqlite3），再运行 manage.py migrate 或 make demo 重新建库；"
    "原来的数据请用原来的程序导出调查表，再上传到新库。"
)


def unknown_migrations(connection):
    """The migrations of our apps that the database went through and this program does not have, as `app.name`."""
    ours = {config.label for config in apps.get_app_configs() if not is_foreign(config)}
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    applied = MigrationRecorder(connection).applied_migrations()
    found = [f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in known]
    return sorted(found)


def is_foreign(config):
    """Whether an app comes from a library."""
    return "site-packages" in config.path


def older_database_sentence(connection):
    """Why the database is refused, in one sentence; "" where it is not."""
    unknown = unknown_migrations(connection)
    if not unknown:
        return ""
    return f"这个数据库是别的版本的程序建的（其中有 {unknown[-1]}），本版本读不了。"


def database_is_of_this_version(app_configs, databases=None, **kwargs):
    """Refuse a database of before 0.1.0; asked by `migrate` and `check --database`."""
    errors = []
    for alias in databases or []:
        if sentence := older_database_sentence(connections[alias]):
            errors.append(Error(sentence, hint=WAY_OUT, id="config.E013"))
    return errors
