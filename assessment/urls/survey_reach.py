"""Reaching people: invitations, reminders, targets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
