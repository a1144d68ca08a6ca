from django.urls import path

from documents.papers import views

app_name = "papers"
urlpatterns = [
    path("<int:pk>/", views.papers, name="papers"),
    path("<int:pk>/one/", views.one, name="one"),
    path("<int:pk>/reminders/", views.reminders, name="reminders"),
    path("<int:pk>/summary/", views.summary, name="summary"),
    path("<int:pk>/booklet/", views.booklet, name="booklet"),
]
