"""Addresses of the account pages (login and two-factor are allauth's)."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("kerja/pengguna/", views.account_list, name="list"),
    path("kerja/pengguna/baru/", views.account_new, name="new"),
    path("kerja/pengguna/<int:pk>/", views.account, name="edit"),
    path("kerja/pengguna/<int:pk>/aktif/", views.account_switch, name="switch"),
    path("kerja/pengguna/<int:pk>/undang/", views.account_invite, name="invite"),
    path("akun/sandi/<str:token>/", views.choose_password, name="choose_password"),
]
