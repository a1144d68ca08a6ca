"""What must hold before the system serves anybody.

A saved figure survives a power cut, and keys are kept. SQLite loses acknowledged saves with the
settings most guides recommend (WAL with synchronous NORMAL), and answers "database is locked" when
saves that began as reads meet; so the program says what it was given instead of trusting it.
"""

import os
import re
import sqlite3

from django.conf import settings
from django.contrib.admin import autodiscover
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from accounts.passwords import PASSWORD_POLICIES
from config.database_version import VERSIONS, database_is_of_this_version
from config.policy import every_address_has_its_row

# The tag of what commands need: the other checks are about pages, which they do not serve.
DURABILITY = "durability"
LEVELS = {"OFF": 0, "NORMAL": 1, "FULL": 2, "EXTRA": 3}
# Older libraries can corrupt a database when a WAL is reset.
WAL_IS_SOUND = (3, 51, 3)


def register_all():
    """Register all checks; called once the apps are loaded."""
    register(every_address_has_its_row, Tags.urls)
    register(password_policy_is_known, Tags.security)
    register(check_dependencies, Tags.admin)
    register(admin_pages_are_sound, Tags.admin)
    register(jobs_are_done_somewhere)
    register(sqlite_takes_the_lock_first, DURABILITY)
    register(sqlite_is_durable, DURABILITY)
    register(postgresql_is_durable, Tags.database)
    register(database_is_of_this_version, Tags.database, VERSIONS)
    register(secret_key_is_kept, Tags.security, deploy=True)
    register(no_demo_accounts, Tags.database, deploy=True)


def admin_pages_are_sound(app_configs, **kwargs):
    """Django's own check of the admin, which looks at the pages that are imported."""
    autodiscover()
    return check_admin_app(app_configs, **kwargs)


def sqlite_options():
    """Return the OPTIONS of each SQLite database, by alias."""
    found = {}
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"].endswith("sqlite3"):
            found[alias] = database.get("OPTIONS", {})
    return found


def pragma_value(options, name):
    """Return what a connection is told at its start, upper case; "" where it is not told."""
    statements = options.get("init_command", "")
    found = re.search(rf"PRAGMA\s+{name}\s*=\s*(\w+)", statements, re.I)
    if found is None:
        return ""
    return found[1].upper()


def sqlite_takes_the_lock_first(app_configs, **kwargs):
    errors = []
    for alias, options in sqlite_options().items():
        if options.get("transaction_mode") != "IMMEDIATE":
            error = Error(
                f"SQLite 数据库 {alias} 的 transaction_mode 不是 IMMEDIATE："
                "同时保存会出现 database is locked。",
                hint='在 OPTIONS 中写 "transaction_mode": "IMMEDIATE"。',
                id="config.E001",
            )
            errors.append(error)
    return errors


def sqlite_is_durable(app_configs, **kwargs):
    """Refuse settings under which a power cut loses saved work.

    DELETE needs EXTRA; WAL needs FULL and a library without the reset bug.
    """
    errors = []
    for alias, options in sqlite_options().items():
        journal = pragma_value(options, "journal_mode")
        synchronous = pragma_value(options, "synchronous")
        if not keeps_every_save(journal, synchronous, sqlite3.sqlite_version_info):
            error = Error(
                f"SQLite 数据库 {alias} 的 journal_mode 与 synchronous 不安全："
                "断电会丢失已保存的数据。",
                hint="用 journal_mode=DELETE 加 synchronous=EXTRA；"
                "SQLite 不低于 3.51.3 时也可用 WAL 加 FULL。",
                id="config.E002",
            )
            errors.append(error)
    return errors


def keeps_every_save(journal, synchronous, version):
    """Return whether SQLite of this version, told so, keeps every acknowledged save."""
    level = synchronous_level(synchronous)
    if journal == "WAL":
        return level >= LEVELS["FULL"] and version >= WAL_IS_SOUND
    return journal == "DELETE" and level >= LEVELS["EXTRA"]


def synchronous_level(text):
    """Return the level of a word or number; -1 where it is neither."""
    if text.isdigit():
        return int(text)
    return LEVELS.get(text, -1)


def postgresql_is_durable(app_configs, databases=None, **kwargs):
    """Refuse servers that lose saved work; they are asked by `check --database` and `migrate`."""
    found = []
    for alias in databases or []:
        if connections[alias].vendor == "postgresql":
            found += unsafe_settings(alias, server_settings(connections[alias]))
    return found


def server_settings(connection):
    names = ("fsync", "synchronous_commit", "full_page_writes", "server_encoding")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(names)])
        return dict(cursor.fetchall())


def unsafe_settings(alias, found):
    """Return messages for what a server's settings would lose."""
    messages = []
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if found.get(name) == "off":
            error = Error(
                f"PostgreSQL 数据库 {alias} 的 {name} 为 off：断电会丢失已保存的数据。",
                hint=f"在 postgresql.conf 中写 {name} = on 并重启。",
                id="config.E003",
            )
            messages.append(error)
    if found.get("server_encoding") != "UTF8":
        hint = "重新建库：createdb -E UTF8 -T template0 survey。"
        messages.append(
            Error(
                f"PostgreSQL 数据库 {alias} 的编码不是 UTF8，存不了中文。",
                hint=hint,
                id="config.E004",
            )
        )
    return messages


def password_policy_is_known(app_configs, **kwargs):
    if settings.PASSWORD_POLICY in PASSWORD_POLICIES:
        return []
    hint = f"写 {' 或 '.join(PASSWORD_POLICIES)}。"
    return [
        Error(
            f"没有名为 {settings.PASSWORD_POLICY} 的口令策略（PASSWORD_POLICY）。",
            hint=hint,
            id="config.E011",
        )
    ]


def jobs_are_done_somewhere(app_configs, **kwargs):
    """Refuse a word nobody knows: it would leave every job waiting."""
    if settings.JOBS in ("inprocess", "worker", "foreground"):
        return []
    hint = "写 inprocess（由网页进程办理）或 worker（另开 manage.py work_jobs）。"
    return [
        Error(f"没有名为 {settings.JOBS} 的任务办理方式（JOBS）。", hint=hint, id="config.E012")
    ]


def secret_key_is_kept(app_configs, **kwargs):
    """Refuse to go without a key of one's own.

    Each process would make its own: people are signed out at every restart and between workers.
    """
    messages = []
    if not os.environ.get("SECRET_KEY"):
        hint = "在 .env 中写 SECRET_KEY=（50 个以上随机字符），只有运行程序的用户可读。"
        messages.append(
            Error(
                "没有设置 SECRET_KEY：每次重启都会让所有人重新登录。", hint=hint, id="config.E005"
            )
        )
    if settings.DEBUG:
        hint = "在 .env 中写 DEBUG=off 或删去这一行。"
        messages.append(
            Error("DEBUG 已打开：出错页面会显示数据和设置。", hint=hint, id="config.E006")
        )
    if not settings.HTTPS:
        hint = "配好证书后写 HTTPS=on；封闭内网没有证书时可不改，但口令在网上是明文。"
        messages.append(Warning("没有使用 HTTPS。", hint=hint, id="config.W007"))
    return messages


def no_demo_accounts(app_configs, databases=None, **kwargs):
    """Refuse demo accounts, whose password everyone knows."""
    from accounts.models import User
    from demo.management.commands.demo import PREFIX

    demo = User.objects.filter(username__startswith=PREFIX, is_active=True)
    hint = "换一个空库，或在系统管理中停用这些账号。"
    errors = []
    for alias in databases or []:
        tables = connections[alias].introspection.table_names()
        if User._meta.db_table in tables and demo.using(alias).exists():
            text = f"数据库 {alias} 中有演示账号，密码人人可知。"
            errors.append(Error(text, hint=hint, id="config.E008"))
    return errors
