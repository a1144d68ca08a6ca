import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from surveys.jobs import resume_jobs  # noqa: E402 - apps are loaded by now

resume_jobs()  # what an earlier process left waiting goes on
