from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "semarang_resilience.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
