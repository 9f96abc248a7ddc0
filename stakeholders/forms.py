"""Forms of the register and the forum."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.forms import (
    CHOOSE,
    OperationForm,
    ProvenanceForm,
    english,
    indonesian,
    texts_of,
    values_of,
)

from .models import ForumMembership, ForumRole, Gender, Level, Organization, Person, Sector

ORGANIZATION_FIELDS = (
    "name",
    "acronym",
    "sector",
    "level",
    "parent",
    "website",
    "is_published",
    "provenance",
    "source",
)
PERSON_FIELDS = ("name", "position", "email", "phone", "gender", "agreed_to_be_named")


class OrganizationForm(ProvenanceForm):
    """What the register knows about an organisation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    acronym = forms.CharField(
        label=gettext_lazy("Acronym"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("What the city calls it, for example BPBD."),
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=Sector.choices)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.CITY)
    parent: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Part of"),
        queryset=Organization.objects.none(),
        required=False,
    )
    description_id = indonesian(gettext_lazy("Description"), rows=5, required=False)
    description_en = english(gettext_lazy("Description"), rows=5)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    is_published = forms.BooleanField(
        label=gettext_lazy("Has a public page"),
        required=False,
        help_text=gettext_lazy("Everybody can read name, sector, level, description and website."),
    )

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        self.organization = organization
        if organization:
            stored = values_of(organization, ORGANIZATION_FIELDS) | texts_of(organization, "description")
            kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        others = (
            Organization.objects.exclude(pk=organization.pk) if organization else Organization.objects.all()
        )
        self.fields["parent"].queryset = others.order_by("name", "pk")  # type: ignore[attr-defined]


class NewOrganizationForm(OrganizationForm):
    """With the code, which is chosen once."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "Part of the address and of spreadsheets; it never changes. Lower-case letters, digits, hyphens."
        ),
    )


class PersonForm(OperationForm):
    """Somebody who acts for an organisation, and what was agreed to."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "off"})
    )
    position = forms.CharField(label=gettext_lazy("Position"), max_length=150, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), choices=Gender.choices, initial=Gender.UNSTATED)
    agreed_to_be_named = forms.BooleanField(
        label=gettext_lazy("Agreed to be named in public"),
        required=False,
        help_text=gettext_lazy("Without this, name and position are shown to the office only."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        if person:
            kwargs["initial"] = values_of(person, PERSON_FIELDS)
        super().__init__(*args, **kwargs)


class NewPersonForm(PersonForm):
    """With the organisation, which is chosen once."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.order_by("name", "pk"),
    )


class _PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        where = obj.organization
        return f"{obj.name} – {where}"


class MembershipForm(ProvenanceForm):
    """An organisation joins the forum, with the person who represents it."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.order_by("name", "pk"),
    )
    person = _PersonChoice(
        empty_label=CHOOSE,
        label=gettext_lazy("Represented by"),
        queryset=Person.objects.for_list(),
        required=False,
        help_text=gettext_lazy("May stay empty until the organisation names somebody."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role in the forum"), choices=ForumRole.choices, initial=ForumRole.MEMBER
    )
    since = forms.DateField(label=gettext_lazy("Member since"))
    expertise = forms.CharField(
        label=gettext_lazy("Fields of expertise"),
        required=False,
        help_text=gettext_lazy("Numbers of the drivers, separated by commas: 7, 9"),
    )

    def clean_expertise(self) -> list[str]:
        """Numbers of drivers as they stand in the framework; anything else is no field of expertise."""
        codes = [code.strip() for code in self.cleaned_data["expertise"].split(",") if code.strip()]
        if wrong := [code for code in codes if not code.isdigit() or len(code) > 3]:
            raise forms.ValidationError(_("This is no number of a driver: %(code)s") % {"code": wrong[0]})
        return list(dict.fromkeys(str(int(code)) for code in codes))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        person, organization = values.get("person"), values.get("organization")
        if person and organization and person.organization_id != organization.pk:
            self.add_error("person", _("This person acts for another organisation."))
        return values


class LeaveForm(OperationForm):
    """The day on which a membership ends."""

    until = forms.DateField(label=gettext_lazy("Member until"))

    def __init__(self, *args: Any, membership: ForumMembership, **kwargs: Any) -> None:
        self.membership = membership
        super().__init__(*args, **kwargs)
