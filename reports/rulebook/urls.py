from django.urls import path

from reports.rulebook import views
from reports.rulebook.parts import parts_page

app_name = "rulebook"
urlpatterns = [
    path("new/", views.new_standard_page, name="new"),
    path("check/", views.formula_check_piece, name="check"),
    path("measures/", views.measures_piece, name="measures"),
    path("workbook/", views.standards_file, name="workbook"),
    path("take-in/", views.import_page, name="take_in"),
    path("<int:pk>/edit/", views.correction_page, name="edit"),
    path("<int:pk>/version/", views.new_version_page, name="version"),
    path("<int:pk>/parts/", parts_page, name="parts"),
    path("<int:pk>/costs/", views.region_costs_page, name="costs"),
    path("<int:pk>/retire/", views.retire_page, name="retire"),
    path("<int:pk>/delete/", views.delete_standard_page, name="delete"),
]
