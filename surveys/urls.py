from django.urls import path

from surveys.views.entry import fill, section

app_name = "surveys"
urlpatterns = [
    path("fill/<int:pk>/", fill, name="fill"),
    path("fill/<int:pk>/<slug:name>/", section, name="section"),
]
