from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the forum's fields of expertise are called, and which letters this app writes."""
        from . import expertise, survey_letters

        expertise.register()
        survey_letters.register()
