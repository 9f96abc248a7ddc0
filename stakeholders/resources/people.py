"""People who act for organisations, as a spreadsheet: personal data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.importing.columns import (
    ChoiceColumn,
    Column,
    EmailColumn,
    IntegerColumn,
    ReferenceColumn,
    YesNoColumn,
)
from semarang_resilience.core.importing.models import RowAction
from semarang_resilience.core.importing.resources import Draft, Resource
from semarang_resilience.core.sheets.cells import normal
from stakeholders.filters import PersonFilter
from stakeholders.models import Gender, Person
from stakeholders.operations.forum import add_person, update_person
from stakeholders.operations.withdrawals import withdraw_person

from . import lookups


class LetterLanguage(models.TextChoices):
    """In which language somebody gets letters."""

    INDONESIAN = "id", gettext_lazy("Indonesian")
    ENGLISH = "en", gettext_lazy("English")


assert set(LetterLanguage.values) == {code for code, _name in settings.LANGUAGES}  # noqa: S101


class PersonResource(Resource):
    """People, by their number; a row without one is found by organisation and name, or is new.

    Consent to be named is given for a text and on a day, so it is written out but never read from a list.
    """

    identifier = "orang"
    label = gettext_lazy("People")
    icon = "users"
    permission = "stakeholders.manage_forum"
    export_permission = "stakeholders.manage_forum"
    is_personal = True
    list_url_name = "stakeholders:work_people"
    needed = ("name",)
    columns = (
        IntegerColumn(
            name="number",
            heading=gettext_lazy("Number"),
            help=gettext_lazy("Given by the portal. Leave it empty for somebody new."),
            aliases=("nomor orang", "no orang", "person number", "id orang"),
            at_least=1,
            at_most=2**31 - 1,
        ),
        Column(
            name="name",
            heading=gettext_lazy("Name"),
            example="Wakil BPBD (contoh)",
            aliases=("nama lengkap", "nama peserta", "nama anggota", "full name", "person"),
            is_required=True,
            max_length=150,
            width=32,
        ),
        ReferenceColumn(
            name="organization",
            heading=gettext_lazy("Organisation"),
            help=gettext_lazy("Code or name of the organisation, which must be in the register."),
            example="bpbd-kota",
            aliases=("instansi", "lembaga", "asal instansi", "kode organisasi", "opd", "unit kerja"),
            is_required=True,
            find=lookups.organizations_by_code,
            by_words=lookups.organizations_by_name,
            attribute="code",
            width=24,
        ),
        Column(
            name="position",
            heading=gettext_lazy("Position"),
            example="Kepala Bidang (contoh)",
            aliases=("jabatan",),
            max_length=150,
            width=28,
        ),
        EmailColumn(
            name="email",
            heading=gettext_lazy("E-mail"),
            example="wakil@contoh.semarang",
            aliases=("email", "surel", "alamat email", "alamat surel"),
            width=28,
        ),
        Column(
            name="phone",
            heading=gettext_lazy("Phone"),
            example="024-000000",
            aliases=("telepon", "no telepon", "nomor telepon", "no hp", "hp", "wa", "whatsapp", "telp"),
            max_length=30,
        ),
        ChoiceColumn(
            name="gender",
            heading=gettext_lazy("Gender"),
            choices=Gender,
            aliases=("jenis kelamin", "l/p", "jk"),
            synonyms={
                "l": "male",
                "p": "female",
                "m": "male",
                "f": "female",
                "wanita": "female",
                "pria": "male",
            },
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
        ChoiceColumn(
            name="language",
            heading=gettext_lazy("Language of letters"),
            choices=LetterLanguage,
            aliases=("bahasa", "bahasa surat"),
        ),
        YesNoColumn(
            name="agreed_to_be_named",
            heading=gettext_lazy("Agreed to be named in public"),
            help=gettext_lazy("Only for information: consent is entered on the page of the person."),
            is_exported_only=True,
        ),
    )

    def key_of(self, draft: Draft) -> str:
        """The number, or organisation and name."""
        values = draft.values
        if values.get("number"):
            return f"#{values['number']}"
        if values.get("organization") and values.get("name"):
            return f"{values['organization']}|{normal(values['name'])}"[:200]
        return ""

    def find(self, keys: Collection[str], *, lock: bool = False) -> Mapping[str, Person]:
        numbers = {int(key[1:]) for key in keys if key.startswith("#")}
        codes = {key.split("|")[0] for key in keys if not key.startswith("#")}
        rows = lookups.people().filter(Q(pk__in=numbers) | Q(organization__code__in=codes))
        found: dict[str, Person] = {}
        for row in self._held(rows, lock=lock):
            found[f"#{row.pk}"] = row
            found.setdefault(f"{row.organization.code}|{normal(row.name)}"[:200], row)
        return {key: found[key] for key in keys if key in found}

    def find_by_pk(self, pks: Collection[str], *, lock: bool = False) -> Mapping[str, Person]:
        rows = lookups.people().filter(pk__in=pks)
        return {str(row.pk): row for row in self._held(rows, lock=lock)}

    def _held(self, rows: QuerySet[Person], *, lock: bool) -> QuerySet[Person]:
        rows = rows.select_related("organization", "district").order_by("pk")
        return rows.select_for_update(of=("self",), no_key=True) if lock else rows

    def label_of(self, values: Mapping[str, Any]) -> str:
        return str(values.get("name") or "")

    def attribute_of(self, obj: Person, column: Column) -> Any:
        return obj.pk if column.name == "number" else getattr(obj, column.name)

    def check(self, draft: Draft, existing: Person | None) -> None:
        if draft.values.get("number") and existing is None:
            draft.fail("number", _("Nobody has this number. Leave it empty to add somebody new."))

    def look_over(self, drafts: Sequence[Draft]) -> None:
        """The same name or address elsewhere is said, never merged."""
        new = [draft for draft in drafts if draft.action == RowAction.ADD]
        emails = {draft.values["email"].casefold() for draft in new if draft.values.get("email")}
        names = {draft.values["name"] for draft in new}
        same = Q(email__in=emails) | Q(name__in=names)
        known: dict[str, str] = {}
        for name, email, where in (
            lookups.people().filter(same).values_list("name", "email", "organization__name")
        ):
            known[normal(name)] = where
            if email:
                known[email.casefold()] = where
        for draft in new:
            for column in ("email", "name"):
                word = str(draft.values.get(column) or "")
                place = known.get(word.casefold() if column == "email" else normal(word)) if word else None
                if place:
                    sentence = _("%(word)s is in the portal already, for %(where)s. Is it the same person?")
                    draft.remark(column, sentence % {"word": word, "where": place})
                    break

    def add(self, values: Mapping[str, Any], *, by: Any, at: datetime) -> Person:
        return add_person(**values, by=by, at=at)

    def change(self, obj: Person, changes: Mapping[str, Any], *, by: Any, at: datetime) -> None:
        update_person(person=obj, changes=changes, by=by, at=at)

    def withdraw(self, obj: Person, *, by: Any, at: datetime) -> None:
        withdraw_person(person=obj, by=by, at=at)

    def rows_for_export(self, query: QueryDict, user: Any) -> QuerySet[Person]:
        rows = lookups.people().for_list().select_related("organization", "district")
        return PersonFilter(query, queryset=rows).qs
