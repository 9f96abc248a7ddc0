"""The Celery application. A task carries ids; the database row is the truth (docs/adr/0004)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "semarang_resilience.settings.dev")

app = Celery("semarang_resilience")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
