from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "报告与材料"

    def ready(self):
        """Booklets are made as jobs."""
        from surveys.jobs import kinds

        kinds["booklet"] = "documents.papers.booklet.make_booklet"
