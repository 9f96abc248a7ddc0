from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "semarang_resilience.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every app's `permissions.py`, which registers its rights with `rules`."""
        autodiscover_modules("permissions")
