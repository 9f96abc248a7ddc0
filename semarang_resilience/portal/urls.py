"""Addresses of portal."""

from django.urls import path

from .views import gallery, thread

app_name = "portal"
urlpatterns = [
    path("galeri/", gallery.gallery, name="gallery"),
    path("jejak/<slug:kind>/<str:code>/", thread.thread, name="thread"),
]
