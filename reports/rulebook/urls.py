from django.urls import path

from reports.rulebook import views
from reports.rulebook.parts import parts

app_name = "rulebook"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("check/", views.check, name="check"),
    path("measures/", views.measures, name="measures"),
    path("workbook/", views.workbook, name="workbook"),
    path("take-in/", views.take_in, name="take_in"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/version/", views.version, name="version"),
    path("<int:pk>/parts/", parts, name="parts"),
    path("<int:pk>/costs/", views.costs, name="costs"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
