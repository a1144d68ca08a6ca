from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "填报"

    def ready(self):
        """Workbooks of a city are worked on as jobs."""
        from surveys.jobs import kinds

        for verb in ("read", "recheck", "apply", "undo", "mark"):
            kinds[f"{verb}_workbook"] = f"surveys.actions.lengthy.{verb}_large"
