from django.urls import path

from api.guide import description, guide

app_name = "interface"
urlpatterns = [
    path("", guide, name="guide"),
    path("openapi.json", description, name="description"),
]
