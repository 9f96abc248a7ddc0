"""Membership in the forum of a cycle, as a spreadsheet: personal data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.importing.columns import (
    ChoiceColumn,
    Column,
    DateColumn,
    ListColumn,
    ReferenceColumn,
)
from semarang_resilience.core.importing.resources import Draft, Resource
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.sheets.cells import CellError
from stakeholders.filters import MembershipFilter
from stakeholders.models import ForumMembership, ForumRole
from stakeholders.operations.forum import join_forum, update_membership
from stakeholders.operations.withdrawals import withdraw_membership

from . import lookups


def driver_number(code: str) -> str:
    """The number of a driver as the framework writes it. Raises `CellError`."""
    if not code.isdecimal() or len(code) > 3:
        raise CellError(_("This is no number of a driver: %(code)s") % {"code": code})
    return str(int(code))


class MembershipResource(Resource):
    """Memberships, by cycle, organisation and person; without a cycle the current one is meant."""

    identifier = "anggota"
    label = gettext_lazy("Members of the forum")
    icon = "handshake"
    permission = "stakeholders.manage_forum"
    export_permission = "stakeholders.manage_forum"
    is_personal = True
    list_url_name = "stakeholders:work_members"
    needed = ("organization",)
    columns = (
        ReferenceColumn(
            name="cycle",
            heading=gettext_lazy("Cycle"),
            help=gettext_lazy("Short name of the cycle. Empty: the current one."),
            aliases=("siklus",),
            find=lookups.cycles_by_slug,
            by_words=lookups.cycles_by_name,
            attribute="slug",
        ),
        ReferenceColumn(
            name="organization",
            heading=gettext_lazy("Organisation"),
            help=gettext_lazy("Code or name of the organisation, which must be in the register."),
            example="bpbd-kota",
            aliases=("instansi", "lembaga", "kode organisasi", "nama organisasi", "opd"),
            is_required=True,
            find=lookups.organizations_by_code,
            by_words=lookups.organizations_by_name,
            attribute="code",
            width=24,
        ),
        ReferenceColumn(
            name="person",
            heading=gettext_lazy("Person (number or name)"),
            help=gettext_lazy("Number from the list of people, or the name where only one has it."),
            aliases=("orang", "nomor orang", "person", "wakil", "diwakili oleh", "nama wakil"),
            find=lookups.people_by_number,
            by_words=lookups.people_by_name,
        ),
        Column(
            name="person_name",
            heading=gettext_lazy("Name of the person"),
            help=gettext_lazy("Only for information."),
            is_exported_only=True,
            width=28,
        ),
        ChoiceColumn(
            name="role",
            heading=gettext_lazy("Role in the forum"),
            choices=ForumRole,
            example=ForumRole.MEMBER,
            aliases=("peran", "role", "kedudukan", "jabatan dalam forum"),
        ),
        ListColumn(
            name="expertise",
            heading=gettext_lazy("Fields of expertise"),
            help=gettext_lazy("Numbers of the drivers, separated by commas: 7, 9"),
            example="7; 9",
            aliases=("keahlian", "bidang keahlian", "penggerak"),
            check=driver_number,
        ),
        DateColumn(
            name="since",
            heading=gettext_lazy("Member since"),
            example="2015-07-01",
            aliases=("sejak", "tanggal mulai", "mulai", "since", "tmt"),
            is_required=True,
        ),
        DateColumn(
            name="until",
            heading=gettext_lazy("Member until"),
            aliases=("sampai", "hingga", "tanggal selesai", "until", "berakhir"),
        ),
    )

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Put the current cycle where none is named."""
        without = [draft for draft in drafts if not draft.values.get("cycle") and "cycle" not in draft.errors]
        cycle = Cycle.objects.current() if without else None
        for draft in without:
            if cycle is None:
                draft.fail("cycle", _("There is no cycle yet. Open one first."))
            else:
                draft.values["cycle"] = cycle.slug

    def key_of(self, draft: Draft) -> str:
        values = draft.values
        if {"cycle", "organization", "person"} & draft.errors.keys() or not values.get("organization"):
            return ""
        return f"{values.get('cycle')}|{values['organization']}|{values.get('person') or ''}"

    def find(self, keys: Collection[str], *, lock: bool = False) -> Mapping[str, ForumMembership]:
        parts = [key.split("|") for key in keys]
        rows = ForumMembership.objects.filter(
            cycle__slug__in={part[0] for part in parts}, organization__code__in={part[1] for part in parts}
        )
        found = {_key(row): row for row in self._held(rows, lock=lock)}
        return {key: found[key] for key in keys if key in found}

    def find_by_pk(self, pks: Collection[str], *, lock: bool = False) -> Mapping[str, ForumMembership]:
        rows = ForumMembership.objects.filter(pk__in=pks)
        return {str(row.pk): row for row in self._held(rows, lock=lock)}

    def _held(self, rows: QuerySet[ForumMembership], *, lock: bool) -> QuerySet[ForumMembership]:
        rows = rows.select_related("cycle", "organization", "person").order_by("pk")
        return rows.select_for_update(of=("self",), no_key=True) if lock else rows

    def label_of(self, values: Mapping[str, Any]) -> str:
        return " – ".join(str(values[name]) for name in ("organization", "person") if values.get(name))

    def attribute_of(self, obj: ForumMembership, column: Column) -> Any:
        if column.name == "person_name":
            return obj.person.name if obj.person else ""
        return getattr(obj, column.name)

    def check(self, draft: Draft, existing: ForumMembership | None) -> None:
        values = draft.values
        person, organization = draft.found.get("person"), draft.found.get("organization")
        if person and organization and person.organization_id != organization.pk:
            draft.fail("person", _("This person acts for another organisation."))
        since = values.get("since") or (existing.since.isoformat() if existing else "")
        if values.get("until") and since and values["until"] < since:
            draft.fail("until", _("A membership cannot end before it begins."))

    def add(self, values: Mapping[str, Any], *, by: Any, at: datetime) -> ForumMembership:
        return join_forum(**values, by=by, at=at)

    def change(self, obj: ForumMembership, changes: Mapping[str, Any], *, by: Any, at: datetime) -> None:
        update_membership(membership=obj, changes=changes, by=by, at=at)

    def withdraw(self, obj: ForumMembership, *, by: Any, at: datetime) -> None:
        withdraw_membership(membership=obj, by=by, at=at)

    def rows_for_export(self, query: QueryDict, user: Any) -> QuerySet[ForumMembership]:
        cycle = Cycle.objects.current()
        rows = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).for_list()
        return MembershipFilter(query, queryset=rows).qs


def _key(row: ForumMembership) -> str:
    return f"{row.cycle.slug}|{row.organization.code}|{row.person_id or ''}"
