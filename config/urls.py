from django.contrib import admin
from django.urls import include, path

from api.interface import api

admin.autodiscover()

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("surveys.urls")),
    path("accounts/", include("accounts.urls")),
    path("gaps/", include("reports.gaps.urls")),
    path("review/", include("review.urls")),
    path("outliers/", include("review.outliers.urls")),
    path("checker/", include("documents.checker.urls")),
    path("papers/", include("documents.papers.urls")),
    path("rating/", include("reports.rating.urls")),
    path("rulebook/", include("reports.rulebook.urls")),
    path("documents/", include("documents.urls")),
    path("people/tokens/", include("api.tokens.urls")),
    path("people/", include("communities.people.urls")),
    path("interface/", include("api.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
]
