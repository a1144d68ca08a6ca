from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "达标与报表"

    def ready(self):
        """Measures follow every save in its own transaction; the roll-ups follow the commit."""
        from reports.engine.saving import follow_save
        from surveys.actions import after_save

        if follow_save not in after_save:
            after_save.append(follow_save)
