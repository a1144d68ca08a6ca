from django.urls import path

from reports.gaps.views import gaps, plan

app_name = "gaps"
urlpatterns = [
    path("<int:pk>/", gaps, name="gaps"),
    path("<int:pk>/plan/", plan, name="plan"),
]
