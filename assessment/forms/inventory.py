"""Forms of shocks and stresses, assets and programmes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import (
    Asset,
    AssetKind,
    Driver,
    ExposureLevel,
    Hazard,
    HazardKind,
    Programme,
    ProgrammeStatus,
)
from semarang_resilience.core.forms import ProvenanceForm, english, indonesian, texts_of, values_of
from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import Ward
from stakeholders.models import Organization

CODE_HELP = _("Small letters and hyphens; it becomes the address.")


class WardField(forms.ModelChoiceField):
    """Wards with their districts, since names of wards are not unique."""

    def label_from_instance(self, obj: Ward) -> str:
        """Ward and district."""
        return f"{obj.name} ({obj.district.name})"


class InventoryForm(ProvenanceForm):
    """Where an entry comes from is asked last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in ProvenanceForm.base_fields])


class HazardForm(InventoryForm):
    """A shock or stress of the city's list."""

    slug = forms.SlugField(label=_("Code"), max_length=60, help_text=CODE_HELP)
    kind = forms.ChoiceField(label=_("Kind"), choices=HazardKind.choices, widget=forms.RadioSelect)
    position = forms.IntegerField(label=_("Number in the list"), min_value=1, max_value=99)
    name_id = indonesian(_("Name"), max_length=120)
    name_en = english(_("Name"), max_length=120)
    description_id = indonesian(_("Description"), rows=3, required=False)
    description_en = english(_("Description"), rows=3)
    standard_term = forms.CharField(
        label=_("Standard term"),
        max_length=120,
        required=False,
        help_text=_("Of the international list, where one fits."),
    )

    def __init__(self, *args: Any, cycle: Cycle, row: Hazard | None = None, **kwargs: Any) -> None:
        if row:
            plain = ("slug", "kind", "position", "standard_term", "provenance", "source")
            kwargs["initial"] = texts_of(row, "name", "description") | values_of(row, plain)
        super().__init__(*args, **kwargs)


class AssetForm(InventoryForm):
    """A critical asset; what threatens it is rated on its page."""

    code = forms.SlugField(label=_("Code"), max_length=60, help_text=CODE_HELP)
    kind = forms.ChoiceField(label=_("Kind"), choices=AssetKind.choices)
    name_id = indonesian(_("Name"), max_length=200)
    name_en = english(_("Name"), max_length=200)
    ward = WardField(label=_("Ward"), queryset=Ward.objects.none(), required=False)
    owner: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Owner"), queryset=Organization.objects.for_choice(), required=False
    )
    capacity = forms.CharField(label=_("Capacity"), max_length=120, required=False)
    criticality = forms.TypedChoiceField(
        label=_("How critical"), choices=ExposureLevel.choices, coerce=int, widget=forms.RadioSelect
    )
    reason_id = indonesian(_("Why it is critical"), rows=3, required=False)
    reason_en = english(_("Why it is critical"), rows=3)
    note_id = indonesian(_("Note on the source"), rows=2, required=False)
    note_en = english(_("Note on the source"), rows=2)

    def __init__(self, *args: Any, cycle: Cycle, row: Asset | None = None, **kwargs: Any) -> None:
        if row:
            plain = ("code", "kind", "ward", "owner", "capacity", "criticality", "provenance", "source")
            kwargs["initial"] = texts_of(row, "name", "reason", "note") | values_of(row, plain)
        super().__init__(*args, **kwargs)
        self.fields["ward"].queryset = Ward.objects.for_list()  # type: ignore[attr-defined]


class ExposureForm(InventoryForm):
    """How a shock or stress reaches an asset."""

    hazard: forms.ModelChoiceField[Hazard] = forms.ModelChoiceField(
        label=_("Shock or stress"), queryset=Hazard.objects.none()
    )
    exposure = forms.TypedChoiceField(
        label=_("Exposure"),
        choices=ExposureLevel.choices,
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("How much of it does the asset get?"),
    )
    consequence = forms.TypedChoiceField(
        label=_("Consequence"),
        choices=ExposureLevel.choices,
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("How bad is it for the city if the asset fails because of it?"),
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hazards = Hazard.objects.filter(cycle=asset.cycle_id).for_list()
        self.fields["hazard"].queryset = hazards  # type: ignore[attr-defined]


class ProgrammeForm(InventoryForm):
    """An existing programme and what it addresses."""

    code = forms.SlugField(label=_("Code"), max_length=60, help_text=CODE_HELP)
    name_id = indonesian(_("Name"), max_length=200)
    name_en = english(_("Name"), max_length=200)
    description_id = indonesian(_("Description"), rows=3, required=False)
    description_en = english(_("Description"), rows=3)
    owner: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Owner"), queryset=Organization.objects.for_choice(), required=False
    )
    status = forms.ChoiceField(label=_("Status"), choices=ProgrammeStatus.choices, widget=forms.RadioSelect)
    year_from = forms.IntegerField(label=_("From year"), min_value=1900, max_value=2200, required=False)
    year_to = forms.IntegerField(label=_("To year"), min_value=1900, max_value=2200, required=False)
    direct: forms.ModelMultipleChoiceField[Driver] = forms.ModelMultipleChoiceField(
        label=_("Drivers it addresses directly"),
        queryset=Driver.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    indirect: forms.ModelMultipleChoiceField[Driver] = forms.ModelMultipleChoiceField(
        label=_("Drivers it addresses indirectly"),
        queryset=Driver.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hazards: forms.ModelMultipleChoiceField[Hazard] = forms.ModelMultipleChoiceField(
        label=_("Shocks and stresses"),
        queryset=Hazard.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, cycle: Cycle, row: Programme | None = None, **kwargs: Any) -> None:
        if row:
            links = row.driver_links.all()
            plain = ("code", "owner", "status", "year_from", "year_to", "provenance", "source")
            kwargs["initial"] = texts_of(row, "name", "description") | values_of(row, plain)
            kwargs["initial"] |= {
                "direct": [link.driver_id for link in links if link.is_direct],
                "indirect": [link.driver_id for link in links if not link.is_direct],
                "hazards": row.hazards.all(),
            }
        super().__init__(*args, **kwargs)
        for name, rows in {
            "direct": Driver.objects.in_use(cycle.pk),
            "indirect": Driver.objects.in_use(cycle.pk),
            "hazards": Hazard.objects.filter(cycle=cycle).for_list(),
        }.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A driver stands in one of the two lists."""
        values = super().clean()
        both = set(values.get("direct") or ()) & set(values.get("indirect") or ())
        if both:
            names = ", ".join(sorted(driver.short_name for driver in both))
            self.add_error(
                "indirect", _("Choose directly or indirectly, not both: %(names)s.") % {"names": names}
            )
        if values.get("year_from") and values.get("year_to") and values["year_to"] < values["year_from"]:
            self.add_error("year_to", _("A programme cannot end before it begins."))
        return values
