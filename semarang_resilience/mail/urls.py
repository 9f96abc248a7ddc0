"""Addresses of the letters."""

from django.urls import path

from . import views

app_name = "mail"
urlpatterns = [
    path("kerja/surat/", views.outbox, name="outbox"),
    path("kerja/surat/<int:pk>/ulang/", views.retry, name="retry"),
    path("kerja/surat/<int:pk>/kembali/", views.bounced, name="bounced"),
    path("surat/berhenti/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
]
