"""Taking answers away with their code book."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
