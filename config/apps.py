from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """The admin is the system administrator's back room: units, rule book, users.

    It is no way into survey data.
    """

    default_site = "config.admin.SurveyAdminSite"

    def ready(self):
        from config.checks import register_all

        super().ready()
        register_all()
