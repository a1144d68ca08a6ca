from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("again/", views.again_page, name="again"),
    path("alive/", views.session_alive, name="alive"),
    path("password/", views.password_page, name="password"),
]
