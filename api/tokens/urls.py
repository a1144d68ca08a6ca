from django.urls import path

from api.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("<int:pk>/enable/", views.enable, name="enable"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
]
