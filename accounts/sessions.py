"""Sessions in the database that end after a while without use, at one write a minute at most."""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

GRACE = 60  # seconds: how much younger than its last use a session may look


class SessionStore(DatabaseStore):
    """Remembers when the stored session would end, so that it is prolonged only once a minute."""

    ends_at = None

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        self.ends_at = row and row.expire_date
        return row

    def left(self):
        """Return the seconds until it ends unless used; the whole term for a new one."""
        if not self.ends_at:
            return settings.SESSION_COOKIE_AGE
        remaining = self.ends_at - timezone.now()
        return max(0, int(remaining.total_seconds()))

    def prolong(self):
        """Count this request as use."""
        if self.left() < settings.SESSION_COOKIE_AGE - GRACE:
            self.modified = True
