from django.urls import path

from reports.comparison.views import models_page, units_page
from reports.map.uploading import boundaries_page
from reports.map.views import map_page
from reports.trend.views import trend
from reports.views.filing import filing
from reports.views.home import home
from reports.views.matrix import matrix_page
from reports.views.measure import measure
from reports.views.overview import overview_page
from reports.views.pivot import pivot
from reports.views.raw import raw
from reports.views.remarks import remarks
from reports.views.standards import standard, standards
from reports.views.standing import standing
from reports.views.summary import summary
from reports.views.verdicts import verdicts
from reports.views.what_if import what_if

app_name = "reports"
urlpatterns = [
    path("", home, name="home"),
    path("overview/<int:pk>/", overview_page, name="overview"),
    path("overview/<int:pk>/<slug:name>/", measure, name="measure"),
    path("matrix/<int:pk>/", matrix_page, name="matrix"),
    path("what-if/<int:pk>/", what_if, name="what_if"),
    path("standing/<int:pk>/<slug:code>/", standing, name="standing"),
    path("remarks/<int:pk>/", remarks, name="remarks"),
    path("tables/<int:pk>/", summary, name="summary"),
    path("pivot/<int:pk>/", pivot, name="pivot"),
    path("units/<int:pk>/", units_page, name="units"),
    path("map/boundaries/", boundaries_page, name="boundaries"),
    path("map/<int:pk>/", map_page, name="map"),
    path("models/<int:pk>/", models_page, name="models"),
    path("trend/<int:pk>/", trend, name="trend"),
    path("raw/<int:pk>/", raw, name="raw"),
    path("filings/<int:pk>/", filing, name="filing"),
    path("filings/<int:pk>/verdicts/", verdicts, name="verdicts"),
    path("standards/", standards, name="standards"),
    path("standards/<slug:code>/", standard, name="standard"),
]
