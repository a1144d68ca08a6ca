from django.urls import path

from documents.checker.views import checker_page

app_name = "checker"
urlpatterns = [path("<int:pk>/", checker_page, name="checker")]
