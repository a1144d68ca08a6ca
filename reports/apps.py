from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "达标与报表"

    def ready(self):
        """Measures follow every save in its own transaction; the roll-ups follow the commit.

        What is stored follows a changed definition too: `migrate` marks it, the worker counts it.
        """
        from reports.engine.saving import follow_save
        from reports.stale_measures import measures_are_counted, tell_of_changed_definitions
        from surveys.actions import after_save
        from surveys.jobs import between_jobs

        if follow_save not in after_save:
            after_save.append(follow_save)
        if RECOUNTING not in between_jobs:
            between_jobs.append(RECOUNTING)
        post_migrate.connect(tell_of_changed_definitions, sender=self)
        register(measures_are_counted, Tags.database)


RECOUNTING = "reports.engine.recounting.recount_a_part"
