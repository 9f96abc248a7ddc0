"""Forms of the account pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from .models import Role, User


class RolesForm(forms.Form):
    """The roles of an account."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class LanguageForm(forms.Form):
    """The language of a letter."""

    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, initial="id", required=False
    )

    def clean_language(self) -> str:
        """Indonesian where nothing was chosen."""
        return self.cleaned_data["language"] or settings.LANGUAGE_CODE


class PasswordForm(forms.Form):
    """A first password, twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not your name and not a common word."),
    )
    again = forms.CharField(
        label=_("The same once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_again(self) -> str:
        """Refuse two that differ, and what is too easy to guess."""
        first, second = self.cleaned_data.get("password", ""), self.cleaned_data["again"]
        if first != second:
            raise forms.ValidationError(_("The two passwords are not the same. Type both again."))
        password_validation.validate_password(second, self.user)
        return str(second)


class AccountForm(LanguageForm, RolesForm):
    """A new account; the person chooses a password through the link in a letter."""

    field_order = ["name", "email", "roles", "language"]
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("A letter goes there, with a link to choose a password.")
    )

    def clean_email(self) -> str:
        """Refuse an address that has an account, whatever its case."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail already."))
        return email

    def values(self) -> dict[str, Any]:
        """The arguments of `create_account`."""
        return {key: self.cleaned_data[key] for key in ("name", "email", "roles", "language")}
