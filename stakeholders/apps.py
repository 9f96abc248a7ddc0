from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    name = "stakeholders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which letters this app writes, and what it holds about people."""
        from . import letters, personal_data

        letters.register()
        personal_data.register()
