"""Building a survey: sections, questions, bank, versions, preview, XLSForm."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
