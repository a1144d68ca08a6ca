from django.urls import path

from communities.people import trail, views
from communities.tokens import views as tokens

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("add/", views.add, name="add"),
    path("invite/", views.invite, name="invite"),
    path("active/", views.active, name="active"),
    path("reset/", views.reset, name="reset"),
    path("grant/", views.grant, name="grant"),
    path("withdraw/<int:pk>/", views.withdraw, name="withdraw"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/enable/", tokens.enable, name="enable_token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("trail/", trail.trail, name="trail"),
    path("trail/verify/", trail.verify, name="verify"),
    path("<int:pk>/", views.person, name="person"),
]
