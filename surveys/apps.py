from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "填报"

    def ready(self):
        """Workbooks of a city are worked on as jobs."""
        from surveys.jobs import kinds

        kinds["read_workbook"] = "surveys.actions.lengthy.read_large"
        kinds["recheck_workbook"] = "surveys.actions.lengthy.recheck_large"
        kinds["apply_workbook"] = "surveys.actions.lengthy.apply_large"
        kinds["undo_workbook"] = "surveys.actions.lengthy.undo_large"
        kinds["mark_workbook"] = "surveys.actions.lengthy.mark_large"
