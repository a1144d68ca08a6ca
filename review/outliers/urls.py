from django.urls import path

from review.outliers.views import dismiss_ticked, outliers, reopen_one

app_name = "outliers"
urlpatterns = [
    path("<int:pk>/", outliers, name="list"),
    path("<int:pk>/dismiss/", dismiss_ticked, name="dismiss"),
    path("<int:pk>/reopen/<int:dismissal>/", reopen_one, name="reopen"),
]
