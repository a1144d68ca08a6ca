from django.urls import path

from documents import template_views, views

app_name = "documents"
urlpatterns = [
    path("<int:pk>/", views.draft_page, name="draft"),
    path("<int:pk>/file/", views.report_file, name="file"),
    path("<int:pk>/figures/", views.figures_file, name="figures"),
    path("<int:pk>/issue/", views.keep_report, name="keep"),
    path("<int:pk>/issued/", views.issued_page, name="issued"),
    path("<int:pk>/templates/", template_views.templates_page, name="templates"),
    path("<int:pk>/templates/<slug:shape>/", template_views.template_file, name="template"),
    path(
        "<int:pk>/templates/<slug:shape>/drop/",
        template_views.drop_own_template,
        name="drop_template",
    ),
    path("<int:pk>/reference/", template_views.reference_page, name="reference"),
    path("issued/<int:pk>/", views.issued_report_page, name="one"),
    path("issued/<int:pk>/file/", views.issued_file, name="issued_file"),
]
