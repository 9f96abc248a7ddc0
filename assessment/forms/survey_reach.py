"""Forms for reaching people: quotas, lists, targets, and the steps that need a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.invitees import MOST_AT_ONCE, Quota, rows_of
from semarang_resilience.core.forms import OperationForm
from semarang_resilience.core.sheets.grid import SheetRefused
from semarang_resilience.core.sheets.reading import read_grids
from semarang_resilience.places.models import District
from stakeholders.models import Sector

LIST_BYTES = 2_000_000


def _name_of(quota: Quota, districts: dict[str, str]) -> str:
    parts = [str(Sector(quota.sector).label)] if quota.sector else []
    return ", ".join([*parts, *([districts.get(quota.district, quota.district)] if quota.district else [])])


class QuotaForm(OperationForm):
    """How many people to draw from each group."""

    def __init__(self, *args: Any, quotas: Sequence[Quota], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quotas = list(quotas)
        districts = dict(District.objects.values_list("code", "name"))
        for quota in self.quotas:
            facts = {"available": quota.available, "invited": quota.invited, "wanted": quota.wanted}
            told = _("%(available)s can be asked, %(invited)s are invited.") % facts
            if quota.wanted is not None:
                told += " " + _("Target: %(wanted)s answers.") % facts
            self.fields[quota.key] = forms.IntegerField(
                label=_name_of(quota, districts),
                min_value=0,
                max_value=MOST_AT_ONCE,
                required=False,
                initial=quota.suggested or None,
                help_text=told,
            )

    def wanted(self) -> list[tuple[Quota, int]]:
        """How many of each group."""
        return [(quota, self.cleaned_data.get(quota.key) or 0) for quota in self.quotas]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not any(values.values()):
            self.add_error(None, _("Say for at least one group how many people to draw."))
        return values


class ListForm(OperationForm):
    """Addresses that are pasted or come in a file."""

    text = forms.CharField(
        label=gettext_lazy("Addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One address a line; behind it, if known, the sector, the district and the language, "
            "for example: siti@example.org; media; Tugu; id"
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("XLSX or CSV with the same columns in any order, up to 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls,.txt"}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("These people agreed to be invited, or their organisation gave us the addresses"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("file"):
            values["rows"] = self._rows_of_file(values["file"])
        else:
            values["rows"] = rows_of(values.get("text") or "")
        if "file" not in self.errors and not any(any(row) for row in values["rows"]):
            self.add_error("text", _("Paste at least one address, or choose a file."))
        return values

    def _rows_of_file(self, file: Any) -> list[Sequence[Any]]:
        if file.size > LIST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB. Split it, or paste the addresses."))
            return []
        try:
            return [row for grid in read_grids(file, size=file.size) for row in grid.rows]
        except SheetRefused as refusal:
            self.add_error("file", str(refusal.message))
            return []


class TargetForm(OperationForm):
    """How many answers are wanted from each sector and each district."""

    def __init__(self, *args: Any, targets: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        had = {(target.sector, target.district_id or ""): target.wanted for target in targets}
        districts = list(District.objects.order_by("name", "code").values_list("code", "name"))
        self.groups: dict[str, tuple[str, str]] = {}
        for sector in Sector:
            self._add(f"sector-{sector.value}", str(sector.label), (sector.value, ""), had)
        for code, name in districts:
            self._add(f"district-{code}", name, ("", code), had)
        self.crossed = {group: wanted for group, wanted in had.items() if all(group)}

    def _add(self, key: str, label: str, group: tuple[str, str], had: dict[tuple[str, str], int]) -> None:
        self.groups[key] = group
        self.fields[key] = forms.IntegerField(
            label=label, min_value=0, max_value=1_000_000, required=False, initial=had.get(group)
        )

    def sector_fields(self) -> list[forms.BoundField]:
        """The fields of the sectors."""
        return [self[key] for key in self.groups if key.startswith("sector-")]

    def district_fields(self) -> list[forms.BoundField]:
        """The fields of the districts."""
        return [self[key] for key in self.groups if key.startswith("district-")]

    def wanted(self) -> dict[tuple[str, str], int]:
        """The targets; those of a sector in a district, which this page does not show, stay."""
        return self.crossed | {group: self.cleaned_data.get(key) or 0 for key, group in self.groups.items()}


class ReopenForm(OperationForm):
    """Why the survey takes answers again, and until when."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day for answers"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def values(self) -> dict[str, Any]:
        """The arguments of the operation: the survey closes when that day is over."""
        day = self.cleaned_data["closes_on"]
        end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())
        return {"reason": self.cleaned_data["reason"], "closes_at": end}
