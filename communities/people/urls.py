from django.urls import path

from communities.people import trail, views

app_name = "people"
urlpatterns = [
    path("", views.people_page, name="list"),
    path("add/", views.add_person, name="add"),
    path("invite/", views.invite_people, name="invite"),
    path("active/", views.set_people_active, name="active"),
    path("reset/", views.reset_passwords, name="reset"),
    path("grant/", views.grant_roles, name="grant"),
    path("withdraw/<int:pk>/", views.withdraw_assignment, name="withdraw"),
    path("trail/", trail.trail_page, name="trail"),
    path("trail/verify/", trail.verify_trail, name="verify"),
    path("<int:pk>/", views.person_page, name="person"),
]
