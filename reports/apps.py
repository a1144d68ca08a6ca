from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "达标与报表"

    def ready(self):
        """Measures follow every save in its own transaction; the roll-ups follow the commit. Booklets are made as jobs."""
        from reports.papers.booklet import KIND, make_booklet
        from reports.saving import follow
        from surveys.actions import after_save
        from surveys.jobs import kinds

        kinds[KIND] = make_booklet
        if follow not in after_save:
            after_save.append(follow)
