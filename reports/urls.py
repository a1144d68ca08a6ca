from django.urls import path

from reports.comparison.views import models_page, units_page
from reports.map.uploading import boundaries_page
from reports.map.views import map_page
from reports.trend.views import trend_page
from reports.views.filing import filing_page
from reports.views.home import home_page
from reports.views.matrix import matrix_page
from reports.views.measure import measure_page
from reports.views.overview import overview_page
from reports.views.pivot import pivot_page
from reports.views.raw import raw_page
from reports.views.remarks import remarks_page
from reports.views.standard_detail import standard_detail_page
from reports.views.standards import standard_page, standards_page
from reports.views.summary import summary_page
from reports.views.verdicts import verdicts_panel
from reports.views.what_if import what_if_page

app_name = "reports"
urlpatterns = [
    path("", home_page, name="home"),
    path("overview/<int:pk>/", overview_page, name="overview"),
    path("overview/<int:pk>/<slug:name>/", measure_page, name="measure"),
    path("matrix/<int:pk>/", matrix_page, name="matrix"),
    path("what-if/<int:pk>/", what_if_page, name="what_if"),
    path("standing/<int:pk>/<slug:code>/", standard_detail_page, name="standing"),
    path("remarks/<int:pk>/", remarks_page, name="remarks"),
    path("tables/<int:pk>/", summary_page, name="summary"),
    path("pivot/<int:pk>/", pivot_page, name="pivot"),
    path("units/<int:pk>/", units_page, name="units"),
    path("map/boundaries/", boundaries_page, name="boundaries"),
    path("map/<int:pk>/", map_page, name="map"),
    path("models/<int:pk>/", models_page, name="models"),
    path("trend/<int:pk>/", trend_page, name="trend"),
    path("raw/<int:pk>/", raw_page, name="raw"),
    path("filings/<int:pk>/", filing_page, name="filing"),
    path("filings/<int:pk>/verdicts/", verdicts_panel, name="verdicts"),
    path("standards/", standards_page, name="standards"),
    path("standards/<slug:code>/", standard_page, name="standard"),
]
