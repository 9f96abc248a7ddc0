"""Forms of the findings board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Asset, Driver, EvidenceKind, Finding, FindingKind, FocusArea, Hazard
from semarang_resilience.core.forms import OperationForm, ProvenanceForm, english, indonesian, texts_of
from semarang_resilience.core.models import Cycle

OTHER_EVIDENCE = [(kind.value, kind.label) for kind in EvidenceKind if kind != EvidenceKind.SURVEY]


class FindingForm(ProvenanceForm):
    """What a finding says, and what it is about."""

    kind = forms.ChoiceField(label=_("Kind"), choices=FindingKind.choices, widget=forms.RadioSelect)
    title_id = indonesian(_("Title"), max_length=200)
    title_en = english(_("Title"), max_length=200)
    statement_id = indonesian(
        _("Statement"),
        rows=6,
        help_text=_("What is the case, where, and why does it matter? No proposals yet."),
    )
    statement_en = english(_("Statement"), rows=6)
    drivers: forms.ModelMultipleChoiceField[Driver] = forms.ModelMultipleChoiceField(
        label=_("Drivers of resilience"),
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
    assets: forms.ModelMultipleChoiceField[Asset] = forms.ModelMultipleChoiceField(
        label=_("Critical assets"),
        queryset=Asset.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, cycle: Cycle, finding: Finding | None = None, **kwargs: Any) -> None:
        if finding:
            kwargs["initial"] = texts_of(finding, "title", "statement") | {
                "kind": finding.kind,
                "provenance": finding.provenance,
                "source": finding.source,
                "drivers": finding.drivers.all(),
                "hazards": finding.hazards.all(),
                "assets": finding.assets.all(),
            }
        super().__init__(*args, **kwargs)
        for name, rows in {
            "drivers": Driver.objects.in_use(cycle.pk),
            "hazards": Hazard.objects.filter(cycle=cycle).for_list(),
            "assets": Asset.objects.filter(cycle=cycle).order_by("name", "pk"),
        }.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class EvidenceForm(ProvenanceForm):
    """What a finding rests on besides surveys."""

    kind = forms.ChoiceField(label=_("Kind"), choices=OTHER_EVIDENCE, widget=forms.RadioSelect)
    summary_id = indonesian(_("What it shows"), rows=3)
    summary_en = english(_("What it shows"), rows=3)
    url = forms.URLField(label=_("Address"), required=False, assume_scheme="https")

    field_order = ("kind", "summary_id", "summary_en", "source", "url", "provenance")


class ReasonForm(OperationForm):
    """Why somebody decided as he did."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class AttachFindingForm(OperationForm):
    """Which focus area a finding speaks for, and why."""

    focus_area: forms.ModelChoiceField[FocusArea] = forms.ModelChoiceField(
        label=_("Focus area"), queryset=FocusArea.objects.none()
    )
    reason_id = indonesian(_("Why does it belong there?"), rows=3)
    reason_en = english(_("Why does it belong there?"), rows=3)

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = FocusArea.objects.filter(cycle=finding.cycle_id).exclude(finding_links__finding=finding)
        self.fields["focus_area"].queryset = free.order_by("position", "pk")  # type: ignore[attr-defined]
