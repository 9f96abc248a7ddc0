"""Forms of the account pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Role, User


class RolesForm(forms.Form):
    """The roles of an account."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class AccountForm(RolesForm):
    """A new account; the person sets a password through the link of "Forgot your password?"."""

    field_order = ["name", "email", "roles"]
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The person logs in with it and sets the password through a link.")
    )

    def clean_email(self) -> str:
        """Refuse an address that has an account, whatever its case."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail already."))
        return email

    def values(self) -> dict[str, Any]:
        """The arguments of `create_account`."""
        return {key: self.cleaned_data[key] for key in ("name", "email", "roles")}
