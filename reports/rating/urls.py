from django.urls import path

from reports.rating.views import rating

app_name = "rating"
urlpatterns = [
    path("<int:pk>/", rating, name="rating"),
]
