from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "填报"

    def ready(self):
        from surveys.actions import lengthy  # noqa: F401 - it names the kinds of its jobs
