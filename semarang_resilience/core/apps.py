from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "semarang_resilience.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load each app's `permissions` (its rights) and `resources` (lists to import and export)."""
        autodiscover_modules("permissions", "resources")
