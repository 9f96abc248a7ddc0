"""Paper sheets and workshops."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
