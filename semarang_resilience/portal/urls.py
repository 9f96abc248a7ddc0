"""Addresses of portal."""

from django.urls import path

from .views import gallery, home, pages, stages, thread, today

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("tahapan/", stages.stages, name="stages"),
    path("tentang/", pages.about, name="about"),
    path("aksesibilitas/", pages.accessibility, name="accessibility"),
    path("privasi/", pages.privacy, name="privacy"),
    path("sumber-data/", pages.sources, name="sources"),
    path("panduan/<slug:slug>/", pages.guide, name="guide"),
    path("kerja/", today.today, name="today"),
    path("galeri/", gallery.gallery, name="gallery"),
    path("jejak/<slug:kind>/<str:code>/", thread.thread, name="thread"),
]
