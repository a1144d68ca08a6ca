from django.urls import path

from reports.gaps.views import gaps

app_name = "gaps"
urlpatterns = [
    path("<int:pk>/", gaps, name="gaps"),
]
