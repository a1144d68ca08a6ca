from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "报告与材料"

    def ready(self):
        """Booklets are made as jobs."""
        from documents.papers.booklet import KIND, make_booklet
        from surveys.jobs import kinds

        kinds[KIND] = make_booklet
