from django.urls import path

from reports.gaps.views import gaps_page, plan_page

app_name = "gaps"
urlpatterns = [
    path("<int:pk>/", gaps_page, name="gaps"),
    path("<int:pk>/plan/", plan_page, name="plan"),
]
