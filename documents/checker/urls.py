from django.urls import path

from documents.checker.views import checker

app_name = "checker"
urlpatterns = [path("<int:pk>/", checker, name="checker")]
