from django.urls import path

from documents.papers import views

app_name = "papers"
urlpatterns = [
    path("<int:pk>/", views.papers_page, name="papers"),
    path("<int:pk>/one/", views.community_paper, name="one"),
    path("<int:pk>/reminders/", views.reminders_file, name="reminders"),
    path("<int:pk>/summary/", views.summary_file, name="summary"),
    path("<int:pk>/booklet/", views.start_booklet, name="booklet"),
]
