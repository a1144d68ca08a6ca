"""Everything that differs between machines comes from the environment; read top to bottom.

SQLite is the default (one county, one office PC, no internet); PostgreSQL by DATABASE_URL.
"""

import sys
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# A fresh clone must run with nothing set: DEBUG defaults to off, and a missing key is made for this
# process only.
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = env.path("DATA_DIR", default=str(BASE_DIR / "data"))()
DATA_DIR = Path(DATA_DIR)

if not SECRET_KEY:
    from django.core.management.utils import get_random_secret_key

    SECRET_KEY = get_random_secret_key()

INSTALLED_APPS = [
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "import_export",
    "accounts",
    "communities",
    "surveys",
    "residents",
    "party",
    "staffing",
    "facilities",
    "funding",
    "reports",
    "review",
    "documents",
    "api",
    "demo",
]

# The sections of the survey, in the order of sheets and pages. Adding one: its app above, its line
# here.
SURVEY_SECTIONS = [
    "residents.sheets.PROFILE",
    "residents.sheets.GRIDS",
    "party.sheets.ORGANISATIONS",
    "staffing.sheets.WORKERS",
    "facilities.sheets.INSTITUTIONS",
    "facilities.sheets.PREMISES",
    "facilities.sheets.EQUIPMENT",
    "funding.sheets.FUNDS",
]

# A number is asked about when it is off last round's by more than this share, and by at least that
# much.
UNUSUAL_SHARE, UNUSUAL_LEAST = 0.3, 5
# Without a last round: when it is this many times outside the range of the street, known from so
# many communities.
UNUSUAL_TIMES, UNUSUAL_NEIGHBOURS = 3, 5

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.note_client_address",
    "accounts.middleware.session_term",
    "accounts.middleware.no_store",
    "django.contrib.messages.middleware.MessageMiddleware",
    "api.tokens.bearer.Bearer",
    "accounts.middleware.SignInRequired",
    "config.policy.PolicyGuard",
    "accounts.middleware.FreshPassword",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.version.version_context",
            ],
        },
    }
]

# Saves come at the deadline all at once: SQLite takes the write lock at BEGIN (DEFERRED lost 95 %
# of 1,200 saves to "database is locked"), and DELETE + EXTRA loses nothing in a power cut on every
# SQLite version offices have.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; "
    "PRAGMA cache_size=-64000;",
}
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = [
    "accounts.lockout.LockoutBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# dengbao: GB/T 22239, classes of characters and a change every 90 days; modern: length alone
# (accounts/passwords.py).
PASSWORD_POLICY = env.str("PASSWORD_POLICY", default="dengbao")
# Words people of this office take: its place and bureau in Latin letters, as in huanghua,hhmzj.
PASSWORD_WORDS = env.list("PASSWORD_WORDS", default=[])
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.MixedCharacters"},
    {"NAME": "accounts.passwords.NotObvious"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.NotReused"},
]

# An account and an address together: never a whole office that shares one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who tries too early does not wait longer
AXES_CLIENT_IP_CALLABLE = "accounts.address.client_address"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the trail has it
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.lockout.our_own_answer"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
# Officials write 1,234 and not 1.234 or 1 234; the templates say where.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if not DEBUG and "test" not in sys.argv[:2] and env.bool("STATIC_MANIFEST", default=False):
    STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_USE_FINDERS = True  # the demo needs no collectstatic

# A year's largest street form: fields x communities; the default of 1,000 has broken honest bulk
# saves elsewhere.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# Offices often have plain HTTP on a closed intranet; then say so here.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Only where our own proxy overwrites X-Forwarded-For (deploy/nginx.conf) is it believed.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=HTTPS)
SESSION_ENGINE = "accounts.sessions"
# Without use; signing in again loses no text.
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_MINUTES", default=30) * 60
SESSION_LONGEST = 10 * 3600  # a working day, however busy
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Messages stay inside the system unless a mail server is named: smtp://user:password@host:25 or
# smtp+tls://….
EMAIL_URL = env.str("EMAIL_URL", default="")
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="")
DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or EMAIL_HOST_USER or "webmaster@localhost"  # noqa: F821
EMAIL_TIMEOUT = 10  # nobody waits longer at a page for a mail server that does not answer
# Lengthy work: inprocess, in a thread of the web process; worker, by `manage.py work_jobs` beside
# it (surveys/jobs).
JOBS = env.str("JOBS", default="inprocess")

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
