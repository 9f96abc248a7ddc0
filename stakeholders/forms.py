"""Forms of the register and the forum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
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
from semarang_resilience.core.uploads import PictureField
from semarang_resilience.places.models import District

from .expertise import Field
from .models import ForumMembership, ForumRole, Gender, Level, Organization, Person, Sector

NAME_LENGTH = 200  # letters, as the columns hold
LOGO = frozenset({"logo", "remove_logo", "is_another"})
ORGANIZATION_FIELDS = (
    "name",
    "acronym",
    "sector",
    "level",
    "parent",
    "district",
    "website",
    "is_published",
    "provenance",
    "source",
)
PERSON_FIELDS = (
    "name",
    "position",
    "organization",
    "email",
    "phone",
    "gender",
    "district",
    "language",
    "agreed_to_be_named",
)
MEMBERSHIP_FIELDS = ("role", "since", "until", "expertise", "provenance", "source")


class NameLinesField(forms.CharField):
    """Names, one in a line; the cleaned value is a list without repetitions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """A stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The names; each fits its column."""
        names = list(dict.fromkeys(line.strip() for line in str(value or "").splitlines() if line.strip()))
        if too_long := [name for name in names if len(name) > NAME_LENGTH]:
            raise forms.ValidationError(
                _("This name is longer than %(most)s letters: %(name)s…")
                % {"most": NAME_LENGTH, "name": too_long[0][:40]}
            )
        return names


class DistrictField(forms.ModelChoiceField):
    """A district, without its polygon."""

    def __init__(self, **options: Any) -> None:
        districts = District.objects.defer("geometry").order_by("name", "code")
        super().__init__(queryset=districts, required=False, empty_label=CHOOSE, **options)


class ExpertiseField(forms.MultipleChoiceField):
    """Fields of expertise by name; what they are is asked when the form is made."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **options)

    def offer(self, fields: Sequence[Field], *, kept: Sequence[str] = ()) -> None:
        """Offer these; codes that a membership holds already stay possible."""
        self.choices = [(each.code, str(each)) for each in fields]
        known = {each.code for each in fields}
        self.choices += [(code, code) for code in kept if code not in known]


class OrganizationForm(ProvenanceForm):
    """What the register knows about an organisation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    acronym = forms.CharField(
        label=gettext_lazy("Acronym"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("What the city calls it, for example BPBD."),
    )
    former_names = NameLinesField(
        label=gettext_lazy("Former names"),
        help_text=gettext_lazy("One in a line. Searches and imports find the organisation by them, too."),
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=Sector.choices)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.CITY)
    parent: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Part of"),
        queryset=Organization.objects.none(),
        required=False,
    )
    district = DistrictField(
        label=gettext_lazy("District"), help_text=gettext_lazy("Where its office or its work is.")
    )
    description_id = indonesian(gettext_lazy("Description"), rows=5, required=False)
    description_en = english(gettext_lazy("Description"), rows=5)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    is_published = forms.BooleanField(
        label=gettext_lazy("Has a public page"),
        required=False,
        help_text=gettext_lazy("Everybody can read name, sector, level, description and website."),
    )
    logo = PictureField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP. A new file takes the place of the old one."),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        self.organization = organization
        if organization:
            names = (*ORGANIZATION_FIELDS, "former_names")
            stored = values_of(organization, names) | texts_of(organization, "description")
            kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        others = Organization.objects.for_choice()
        if organization:
            others = others.exclude(pk=organization.pk)
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]
        if not (organization and organization.logo):
            del self.fields["remove_logo"]

    def entry(self) -> dict[str, Any]:
        """The values without those of the logo, which is kept by an operation of its own."""
        return {name: value for name, value in self.cleaned_data.items() if name not in LOGO}


class NewOrganizationForm(OrganizationForm):
    """With the code, which is chosen once; asks back where the register has something like it."""

    is_another = forms.BooleanField(
        label=gettext_lazy("It is none of these: enter it as a new organisation"), required=False
    )

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "Part of the address and of spreadsheets; it never changes. Lower-case letters, digits, hyphens."
        ),
    )


class PersonForm(OperationForm):
    """Somebody who acts for an organisation, and what was agreed to."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.for_choice(),
    )

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "off"})
    )
    position = forms.CharField(label=gettext_lazy("Position"), max_length=150, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), choices=Gender.choices, initial=Gender.UNSTATED)
    district = DistrictField(label=gettext_lazy("District"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of letters"), choices=settings.LANGUAGES, initial="id"
    )
    agreed_to_be_named = forms.BooleanField(
        label=gettext_lazy("Agreed to be named in public"),
        required=False,
        help_text=gettext_lazy("Without this, name and position are shown to the office only."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        if person:
            kwargs["initial"] = values_of(person, PERSON_FIELDS)
        super().__init__(*args, **kwargs)


class _PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        where = obj.organization
        return f"{obj.name} – {where}"


class MembershipForm(ProvenanceForm):
    """An organisation joins the forum, with the person who represents it."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.for_choice(),
    )
    person = _PersonChoice(
        empty_label=CHOOSE,
        label=gettext_lazy("Represented by"),
        queryset=Person.objects.for_choice(),
        required=False,
        help_text=gettext_lazy("May stay empty until the organisation names somebody."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role in the forum"), choices=ForumRole.choices, initial=ForumRole.MEMBER
    )
    since = forms.DateField(label=gettext_lazy("Member since"))
    expertise = ExpertiseField(
        label=gettext_lazy("Fields of expertise"),
        help_text=gettext_lazy("What the member knows well, by the drivers of the resilience framework."),
    )

    def __init__(self, *args: Any, fields: Sequence[Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expertise"].offer(fields)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        person, organization = values.get("person"), values.get("organization")
        if person and organization and person.organization_id != organization.pk:
            self.add_error("person", _("This person acts for another organisation."))
        return values


class MembershipEditForm(ProvenanceForm):
    """What may be corrected about a membership; who is a member of what stays."""

    role = forms.ChoiceField(label=gettext_lazy("Role in the forum"), choices=ForumRole.choices)
    since = forms.DateField(label=gettext_lazy("Member since"))
    until = forms.DateField(
        label=gettext_lazy("Member until"),
        required=False,
        help_text=gettext_lazy("Empty as long as the membership lasts."),
    )
    expertise = ExpertiseField(label=gettext_lazy("Fields of expertise"))

    def __init__(
        self, *args: Any, membership: ForumMembership, fields: Sequence[Field], **kwargs: Any
    ) -> None:
        kwargs["initial"] = values_of(membership, MEMBERSHIP_FIELDS)
        super().__init__(*args, **kwargs)
        self.fields["expertise"].offer(fields, kept=membership.expertise)  # type: ignore[attr-defined]


class LeaveForm(OperationForm):
    """The day on which a membership ends."""

    until = forms.DateField(label=gettext_lazy("Member until"))

    def __init__(self, *args: Any, membership: ForumMembership, **kwargs: Any) -> None:
        self.membership = membership
        super().__init__(*args, **kwargs)
