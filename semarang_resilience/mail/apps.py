from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "semarang_resilience.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
