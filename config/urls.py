from django.contrib import admin
from django.urls import include, path

from reports.api.interface import api

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("surveys.urls")),
    path("accounts/", include("accounts.urls")),
    path("gaps/", include("reports.gaps.urls")),
    path("review/", include("reports.review.urls")),
    path("outliers/", include("reports.outliers.urls")),
    path("papers/", include("reports.papers.urls")),
    path("rating/", include("reports.rating.urls")),
    path("rulebook/", include("reports.rulebook.urls")),
    path("documents/", include("reports.documents.urls")),
    path("people/", include("communities.people.urls")),
    path("interface/", include("reports.api.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
]
