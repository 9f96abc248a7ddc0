"""A name is public exactly where the organisation has a public page: pages, documents, filters, API."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from actions.models import Action
from actions.operations.actions import add_partner
from assessment.models import Asset
from assessment.models import Programme as ExistingProgramme
from semarang_resilience.documents.snapshots import action_plan
from semarang_resilience.documents.snapshots.base import Reader
from tests.support.pages import text
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db
NAME, CODE = "Perusahaan Tertutup", "perusahaan-tertutup"


@pytest.fixture
def city(programme: Programme) -> Programme:
    """A city in which one organisation without a public page does something everywhere."""
    hidden = programme.organization(code=CODE, name=NAME, is_published=False, sector="private")
    programme.member(programme.person(hidden, agreed_to_be_named=True))
    for lead in (hidden, programme.organization()):
        action = programme.action(lead=lead)
        Action.objects.filter(pk=action.pk).update(is_published=True)
    add_partner(action=action, organization=hidden, by=programme.people.sari, at=AT)
    Asset.objects.create(cycle=programme.cycle, code="a-1", name="Waduk", kind="water", owner=hidden)
    ExistingProgramme.objects.create(cycle=programme.cycle, code="p-1", name="Program", owner=hidden)
    return programme


def pages() -> list[str]:
    actions = [action.get_absolute_url() for action in Action.objects.order_by("code")]
    return [
        *actions,
        "/en/rencana-tindak-lanjut/",
        "/en/rencana-tindak-lanjut/?view=cards",
        "/en/rencana-tindak-lanjut/?view=status",
        "/en/rencana-tindak-lanjut/mitra/",
        "/en/penilaian/aset/a-1/",
        "/en/penilaian/program/",
        "/en/forum/",
        "/en/forum/mitra/",
        "/api/v1/organizations/",
        "/api/v1/actions/",
    ]


def test_no_public_page_tells_the_name_or_the_code(client: Client, city: Programme) -> None:
    for url in pages():
        shown = text(client, url)
        assert NAME not in shown, url
        assert CODE not in shown, url


def test_the_office_reads_the_name(client: Client, people: People, city: Programme) -> None:
    client.force_login(people.sari)
    assert NAME in text(client, "/en/rencana-tindak-lanjut/")
    assert NAME in text(client, "/en/penilaian/aset/a-1/")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "an organisation without a public page"), ("id", "organisasi")],
)
def test_a_document_does_not_name_it_either(city: Programme, language: str, words: str) -> None:
    others: tuple[str, ...] = ("id",) if language == "en" else ("en",)
    snapshot: Any = action_plan.take(
        cycle=city.cycle, number=1, reader=Reader(language, others), at=timezone.now()
    )
    told = str(snapshot)
    assert NAME not in told
    assert CODE not in told
    assert words in told
