from django.contrib.admin.apps import SimpleAdminConfig


class AdminConfig(SimpleAdminConfig):
    """The admin is the system administrator's back room: units, rule book, users.

    It is no way into survey data. Its pages are imported with the URL table (`config.urls`): most
    commands need neither.
    """

    default_site = "config.admin.SurveyAdminSite"

    def ready(self):
        from config.checks import register_all

        register_all()
