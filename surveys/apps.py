from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "填报"

    def ready(self):
        """Jobs are known by name; who is to know of a step is told in its transaction."""
        from surveys.actions import (
            after_move,
            lengthy,  # noqa: F401 - it names the kinds of its jobs
        )
        from surveys.actions.telling import tell_of

        if tell_of not in after_move:
            after_move.append(tell_of)
