from django.urls import path

from reports.review.views import approve_several, queue

app_name = "review"
urlpatterns = [
    path("<int:pk>/", queue, name="queue"),
    path("<int:pk>/approve/", approve_several, name="approve_several"),
]
