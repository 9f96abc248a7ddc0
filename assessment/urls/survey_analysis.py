"""Analysis: groups, rounds, contradictions, tables to take away."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
