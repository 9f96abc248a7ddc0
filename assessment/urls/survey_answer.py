"""Answering: drafts, review, the page that works offline."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
