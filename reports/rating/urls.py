from django.urls import path

from reports.rating import keeping
from reports.rating.views import rating

app_name = "rating"
urlpatterns = [
    path("<int:pk>/", rating, name="rating"),
    path("<int:pk>/scheme/", keeping.scheme, name="scheme"),
    path("<int:pk>/scheme/new/", keeping.new, name="new"),
    path("<int:pk>/scheme/<int:version>/edit/", keeping.edit, name="edit"),
    path("<int:pk>/scheme/<int:version>/delete/", keeping.delete, name="delete"),
]
