from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "semarang_resilience.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who writes the letter of a new account."""
        from .invitations import register

        register()
