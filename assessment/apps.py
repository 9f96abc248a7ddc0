from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the forum's fields of expertise are called."""
        from . import expertise

        expertise.register()
