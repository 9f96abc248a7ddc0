"""The register of organisations as a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.changes import content_fields
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.importing.columns import (
    ChoiceColumn,
    CodeColumn,
    Column,
    ListColumn,
    ReferenceColumn,
    UrlColumn,
    YesNoColumn,
)
from semarang_resilience.core.importing.models import RowAction
from semarang_resilience.core.importing.resources import Draft, Resource
from semarang_resilience.core.sheets.cells import normal
from stakeholders.filters import RegisterFilter
from stakeholders.models import Level, Organization, Sector
from stakeholders.operations.organizations import RESERVED_CODES, create_organization, update_organization
from stakeholders.operations.withdrawals import withdraw_organization

from . import lookups

_TEXTS = frozenset({"description_id", "description_en"})


class OrganizationResource(Resource):
    """Organisations, by code; a row without a code is found by its name or gets a code made from it."""

    identifier = "organisasi"
    label = gettext_lazy("Organisations")
    icon = "building-2"
    permission = "stakeholders.manage_organizations"
    export_permission = "stakeholders.see_register"
    list_url_name = "stakeholders:work_organizations"
    needed = ("name",)
    columns = (
        CodeColumn(
            name="code",
            heading=gettext_lazy("Code"),
            help=gettext_lazy("Stays the same for ever. Empty: made from the name."),
            example="bpbd-kota",
            aliases=("kode organisasi", "kode instansi", "organization code", "id organisasi"),
        ),
        Column(
            name="name",
            heading=gettext_lazy("Name"),
            example="Badan Penanggulangan Bencana Daerah Kota Semarang",
            aliases=(
                "nama organisasi", "nama lembaga", "nama instansi", "instansi", "lembaga", "organisasi",
                "organization", "organisation", "nama opd", "opd",
            ),
            is_required=True,
            max_length=200,
            width=44,
        ),
        Column(
            name="acronym",
            heading=gettext_lazy("Acronym"),
            example="BPBD",
            aliases=("singkatan", "akronim", "nama singkat", "abbreviation"),
            max_length=40,
        ),
        ListColumn(
            name="former_names",
            heading=gettext_lazy("Former names"),
            help=gettext_lazy("Several are set off by semicolons."),
            aliases=("nama sebelumnya", "nama dulu", "nomenklatur lama"),
            max_length=200,
            width=30,
        ),
        ChoiceColumn(
            name="sector",
            heading=gettext_lazy("Sector"),
            choices=Sector,
            example=Sector.GOVERNMENT,
            aliases=("kelompok", "unsur", "kategori", "jenis lembaga"),
            synonyms={
                "opd": "government", "skpd": "government", "dinas": "government", "pemda": "government",
                "swasta": "private", "perusahaan": "private", "bumn": "private", "bumd": "private",
                "business": "private", "universitas": "academia", "perguruan tinggi": "academia",
                "kampus": "academia", "university": "academia", "lsm": "civil_society",
                "ngo": "civil_society", "ormas": "civil_society", "komunitas": "community",
                "kelompok masyarakat": "community", "masyarakat": "community", "pers": "media",
            },
            is_required=True,
        ),
        ChoiceColumn(
            name="level",
            heading=gettext_lazy("Level"),
            choices=Level,
            example=Level.CITY,
            aliases=("lingkup", "wilayah kerja", "tingkatan"),
            synonyms={"pusat": "national", "kementerian": "national", "kabupaten kota": "city"},
        ),
        ReferenceColumn(
            name="parent",
            heading=gettext_lazy("Part of"),
            help=gettext_lazy("Code of the organisation above it; it may stand in this same file."),
            aliases=("induk", "organisasi induk", "parent organisation", "bagian dari"),
            find=lookups.organizations_by_code,
            by_words=lookups.organizations_by_name,
            same_list=True,
            attribute="code",
        ),
        ReferenceColumn(
            name="district",
            heading=gettext_lazy("District"),
            help=gettext_lazy("Name or code of the district (kecamatan)."),
            aliases=("kecamatan",),
            find=lookups.districts_by_code,
            by_words=lookups.districts_by_name,
            attribute="code",
        ),
        UrlColumn(
            name="website",
            heading=gettext_lazy("Website"),
            example="https://contoh.semarang",
            aliases=("situs", "laman", "situs web", "url"),
            width=28,
        ),
        Column(
            name="description_id",
            heading=gettext_lazy("Description (Indonesian)"),
            aliases=("deskripsi", "keterangan", "uraian", "description", "tentang"),
            width=40,
        ),
        Column(
            name="description_en",
            heading=gettext_lazy("Description (English)"),
            aliases=("deskripsi inggris", "english description"),
            width=40,
        ),
        YesNoColumn(
            name="is_published",
            heading=gettext_lazy("Has a public page"),
            example="tidak",
            aliases=("publik", "diterbitkan", "published", "tampil"),
        ),
        ChoiceColumn(
            name="provenance",
            heading=gettext_lazy("Provenance"),
            choices=Provenance,
            aliases=("asal data", "asal"),
        ),
        Column(
            name="source",
            heading=gettext_lazy("Source"),
            help=gettext_lazy("Needed for quotations: title, year and page, or an address."),
            aliases=("sumber", "sumber data"),
            max_length=300,
        ),
    )  # fmt: skip

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Rows without a code: found by their name, or a code is made; what is doubtful is refused."""
        nameless = [d for d in drafts if not d.values.get("code") and "code" not in d.errors]
        names = {draft.values["name"] for draft in nameless if draft.values.get("name")}
        known = lookups.organizations_by_name(names) if names else {}
        for draft in nameless:
            name = draft.values.get("name")
            if not name:
                draft.fail("name", _("This cell must be filled."))
                continue
            made = slugify(name)[:60].strip("-_")
            fitting = known[name]
            if made in fitting:
                draft.values["code"] = made
            elif len(fitting) == 1:
                draft.fail("code", self._same_name(fitting[0]))
            elif fitting:
                draft.fail("code", _("Several organisations have this name. Write the code."))
            elif not made:
                draft.fail("code", _("Write a code: none can be made from this name."))
            else:
                draft.values["code"] = made
                draft.remark("code", _("The code “%(code)s” was made from the name.") % {"code": made})

    def _same_name(self, code: str) -> str:
        return _(
            "An organisation of this name is in the register. Write its code “%(code)s” to change it, "
            "or another code to add a second one."
        ) % {"code": code}

    def key_of(self, draft: Draft) -> str:
        return str(draft.values.get("code") or "")

    def find(self, keys: Collection[str], *, lock: bool = False) -> Mapping[str, Organization]:
        rows = Organization.objects.select_related("parent", "district").filter(code__in=keys)
        rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk") if lock else rows
        return {row.code: row for row in rows}

    def find_by_pk(self, pks: Collection[str], *, lock: bool = False) -> Mapping[str, Organization]:
        rows = Organization.objects.select_related("parent", "district").filter(pk__in=pks)
        rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk") if lock else rows
        return {str(row.pk): row for row in rows}

    def label_of(self, values: Mapping[str, Any]) -> str:
        return str(values.get("name") or values.get("code") or "")

    def attribute_of(self, obj: Organization, column: Column) -> Any:
        if column.name in _TEXTS:
            return getattr(obj, next(iter(content_fields(Organization, {column.name: ""}))))
        return getattr(obj, column.name)

    def check(self, draft: Draft, existing: Organization | None) -> None:
        values = draft.values
        if existing is None and draft.key in RESERVED_CODES:
            draft.fail("code", _("This code is reserved. Choose another one."))
        if existing is not None and existing.merged_into_id:
            draft.fail("code", _("This organisation was merged into another one. Use that one's code."))
        if values.get("parent") and values["parent"] == draft.key:
            draft.fail("parent", _("An organisation cannot be its own parent."))
        made = existing is not None and any(name == "code" for name, _sentence in draft.notes)
        if made and existing and normal(existing.name) != normal(values.get("name", "")):
            draft.fail("code", self._same_name(existing.code))
        source = values.get("source", existing.source if existing else "")
        if values.get("provenance") == Provenance.QUOTED and not source:
            draft.fail("source", _("A quoted statement must name its source."))

    def look_over(self, drafts: Sequence[Draft]) -> None:
        """Names that come twice are said, never merged."""
        new = [draft for draft in drafts if draft.action == RowAction.ADD]
        known = lookups.organizations_by_name({draft.values["name"] for draft in new}) if new else {}
        rows: dict[str, int] = {}
        for draft in new:
            name = normal(draft.values["name"])
            others = [code for code in known[draft.values["name"]] if code != draft.key]
            if others:
                sentence = _("The register has this name already, with the code “%(code)s”. Is it the same?")
                draft.remark("name", sentence % {"code": others[0]})
            if name in rows:
                draft.remark("name", _("Row %(row)s has the same name.") % {"row": rows[name]})
            rows.setdefault(name, draft.number)

    def in_order(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Parents before their parts."""
        waiting = {row.key: row for row in rows}
        ordered: list[Any] = []

        def place(row: Any, above: frozenset[str]) -> None:
            parent = waiting.get(row.values.get("parent") or "")
            if parent is not None and parent.key not in above:
                place(parent, above | {parent.key})
            if waiting.pop(row.key, None) is not None:
                ordered.append(row)

        for row in rows:
            if row.key in waiting:
                place(row, frozenset({row.key}))
        return ordered

    def add(self, values: Mapping[str, Any], *, by: Any, at: datetime) -> Organization:
        return create_organization(**values, by=by, at=at)

    def change(self, obj: Organization, changes: Mapping[str, Any], *, by: Any, at: datetime) -> None:
        update_organization(organization=obj, changes=changes, by=by, at=at)

    def withdraw(self, obj: Organization, *, by: Any, at: datetime) -> None:
        withdraw_organization(organization=obj, by=by, at=at)

    def rows_for_export(self, query: QueryDict, user: Any) -> QuerySet[Organization]:
        rows = lookups.organizations().visible_to(user).select_related("parent", "district")
        return RegisterFilter(query, queryset=rows.order_by("name", "pk")).qs
