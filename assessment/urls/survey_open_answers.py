"""Reading and coding answers in words."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
