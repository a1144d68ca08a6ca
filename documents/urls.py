from django.urls import path

from documents import template_views, views

app_name = "documents"
urlpatterns = [
    path("<int:pk>/", views.draft, name="draft"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/figures/", views.figures, name="figures"),
    path("<int:pk>/issue/", views.keep, name="keep"),
    path("<int:pk>/issued/", views.issued, name="issued"),
    path("<int:pk>/templates/", template_views.templates, name="templates"),
    path("<int:pk>/templates/<slug:shape>/", template_views.fetch, name="template"),
    path("<int:pk>/templates/<slug:shape>/drop/", template_views.drop, name="drop_template"),
    path("<int:pk>/reference/", template_views.reference, name="reference"),
    path("issued/<int:pk>/", views.one, name="one"),
    path("issued/<int:pk>/file/", views.issued_file, name="issued_file"),
]
