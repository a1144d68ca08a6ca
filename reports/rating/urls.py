from django.urls import path

from reports.rating.scheme_views import (
    delete_scheme_page,
    edit_scheme_page,
    new_scheme_page,
    scheme_page,
)
from reports.rating.views import rating_page

app_name = "rating"
urlpatterns = [
    path("<int:pk>/", rating_page, name="rating"),
    path("<int:pk>/scheme/", scheme_page, name="scheme"),
    path("<int:pk>/scheme/new/", new_scheme_page, name="new"),
    path("<int:pk>/scheme/<int:version>/edit/", edit_scheme_page, name="edit"),
    path("<int:pk>/scheme/<int:version>/delete/", delete_scheme_page, name="delete"),
]
