"""Pages of the documents: who sees what, the way from the form to the public page, query counts."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from semarang_resilience.core.http_cache import published_version, shelf
from semarang_resilience.core.models import Cycle
from semarang_resilience.documents import operations
from semarang_resilience.documents.models import Edition, EditionStatus
from tests.documents.city import People
from tests.support.pages import queries, text

PDF = b"%PDF-1.7 a file of a test %%EOF"


def url(route: str, *args: object) -> str:
    return reverse(f"documents:{route}", args=args)


@pytest.fixture(autouse=True)
def _nothing_heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No broker, and no page kept from the test before."""
    monkeypatch.setattr(operations, "announce", lambda pk: True)
    shelf.clear()
    published_version.forget()
    yield
    shelf.clear()


@pytest.fixture
def make(city: Cycle, people: People, at: datetime) -> Callable[..., Edition]:
    """An edition in any state, with a small file in place of a set one."""

    def make(status: str = "queued", *, kind: str = "pra", language: str = "id") -> Edition:
        edition = operations.request_edition(
            kind=kind, cycle=city, language=language, by=people.administrator, at=at
        )
        rows = Edition.objects.filter(pk=edition.pk)
        if status == "failed":
            rows.update(
                status=status, failure="native_libraries", failure_detail="OSError: pango", failed_at=at
            )
        elif status == "rendering":
            done = {"progress_done": 3, "progress_total": 10, "progress_label": "Menata halaman 3"}
            rows.update(status=status, attempt=1, lease_until=at, **done)
        elif status in {"ready", "published"}:
            name = default_storage.save(f"editions/{edition.file_key}/1.pdf", ContentFile(PDF))
            rows.update(
                status="ready",
                file=name,
                sha256=hashlib.sha256(PDF).hexdigest(),
                size=len(PDF),
                pages=12,
                ready_at=at,
                outline=[{"title": "Ringkasan", "page": 4, "children": []}],
            )
            if status == "published":
                operations.publish_edition(edition=edition, by=people.lead, at=at)
        return Edition.objects.for_detail().get(pk=edition.pk)

    return make


@pytest.fixture
def as_lead(client: Client, people: People) -> Client:
    client.force_login(people.lead)
    return client


# -- who gets in


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("lead", 200), ("staff", 200), ("leadership", 200), ("member", 403)],
)
def test_the_office_sees_editions_at_work(
    client: Client, people: People, make: Callable[..., Edition], role: str, status: int
) -> None:
    edition = make()
    for address in (
        url("work_editions"),
        url("work_edition", edition.pk),
        url("work_edition_progress", edition.pk),
    ):
        assert client.get(address).status_code == 302, "strangers log in first"
    client.force_login(getattr(people, role))
    for address in (
        url("work_editions"),
        url("work_edition", edition.pk),
        url("work_edition_progress", edition.pk),
    ):
        assert client.get(address).status_code == status


@pytest.mark.parametrize("role", ["staff", "leadership", "member"])
def test_others_cannot_request_publish_or_retry(
    client: Client, people: People, make: Callable[..., Edition], role: str
) -> None:
    ready, failed = make("ready"), make("failed", language="en")
    client.force_login(getattr(people, role))
    form = {"kind": "pra", "language": "id", "token": str(uuid.uuid4()), "accept_gaps": "on"}
    assert client.post(url("work_edition_request"), form).status_code == 403
    assert client.post(url("work_edition_publish", ready.pk)).status_code == 403
    assert client.post(url("work_edition_retry", failed.pk)).status_code == 403
    assert Edition.objects.count() == 2
    assert set(Edition.objects.values_list("status", flat=True)) == {"ready", "failed"}


def test_only_post_changes_anything(as_lead: Client, make: Callable[..., Edition]) -> None:
    ready = make("ready")
    assert as_lead.get(url("work_edition_publish", ready.pk)).status_code == 405
    assert as_lead.get(url("work_edition_request")).status_code == 405


# -- from the form to the file


def test_gaps_are_shown_before_anything_is_frozen(as_lead: Client, city: Cycle) -> None:
    with translation.override("en"):
        html = text(as_lead, url("work_editions") + "?kind=pra&language=en")
    assert "no translation" in html
    assert "There is no survey yet" in html
    assert 'name="accept_gaps"' in html
    assert not Edition.objects.exists()


def test_a_request_with_gaps_needs_a_confirmation(as_lead: Client, city: Cycle) -> None:
    form = {"kind": "pra", "language": "en", "token": str(uuid.uuid4())}
    refused = as_lead.post(url("work_edition_request"), form)
    assert refused.status_code == 422
    assert form["token"] in refused.content.decode(), "the same form, so that it stays the same request"
    assert not Edition.objects.exists()
    accepted = as_lead.post(url("work_edition_request"), form | {"accept_gaps": "on"})
    edition = Edition.objects.get()
    assert accepted.status_code == 302
    assert accepted.url == url("work_edition", edition.pk)
    again = as_lead.post(url("work_edition_request"), form | {"accept_gaps": "on"})
    assert again.url == accepted.url, "the second click leads to the same edition"
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"kind": "secret"}, {"language": "fr"}, {"token": "x"}, {"kind": ""}], ids=str
)
def test_a_forged_request_is_refused(as_lead: Client, city: Cycle, changes: dict[str, str]) -> None:
    form = {"kind": "pra", "language": "id", "token": str(uuid.uuid4()), "accept_gaps": "on"} | changes
    assert as_lead.post(url("work_edition_request"), form).status_code == 422
    assert not Edition.objects.exists()


@pytest.mark.parametrize("status", ["queued", "rendering"])
def test_the_box_asks_again_while_the_edition_is_owed(
    as_lead: Client, make: Callable[..., Edition], status: str
) -> None:
    edition = make(status)
    for html in (
        text(as_lead, url("work_edition", edition.pk)),
        text(as_lead, url("work_edition_progress", edition.pk)),
    ):
        assert f'hx-get="{url("work_edition_progress", edition.pk)}"' in html
        assert "data-without-script" in html, "a link for readers without JavaScript"
    if status == "rendering":
        assert "Menata halaman 3" in html
        assert "30%" in html


@pytest.mark.parametrize("status", ["ready", "published", "failed"])
def test_the_box_stops_when_the_edition_has_come_to_its_end(
    as_lead: Client, make: Callable[..., Edition], status: str
) -> None:
    edition = make(status)
    html = text(as_lead, url("work_edition_progress", edition.pk))
    assert "hx-get" not in html
    assert "<html" not in html
    if status == "failed":
        assert "libpango-1.0-0" in html
        assert url("work_edition_retry", edition.pk) in html
    else:
        assert url("download", edition.pk) in html
    assert (url("work_edition_publish", edition.pk) in html) is (status == "ready")


def test_staff_see_the_file_but_no_button_to_publish(
    client: Client, people: People, make: Callable[..., Edition]
) -> None:
    edition = make("ready")
    client.force_login(people.staff)
    html = text(client, url("work_edition", edition.pk))
    assert url("download", edition.pk) in html
    assert url("work_edition_publish", edition.pk) not in html


def test_publishing_and_retrying_lead_back_to_the_edition(
    as_lead: Client, make: Callable[..., Edition]
) -> None:
    ready, failed = make("ready"), make("failed", language="en")
    assert as_lead.post(url("work_edition_publish", ready.pk)).url == url("work_edition", ready.pk)
    assert as_lead.post(url("work_edition_retry", failed.pk)).url == url("work_edition", failed.pk)
    assert Edition.objects.get(pk=ready.pk).status == EditionStatus.PUBLISHED
    assert Edition.objects.get(pk=failed.pk).status == EditionStatus.QUEUED
    again = as_lead.post(url("work_edition_retry", failed.pk), follow=True)
    assert "Only an edition that failed" in again.content.decode() or "gagal" in again.content.decode()


# -- what everybody reads


@pytest.mark.parametrize("status", ["queued", "rendering", "failed", "ready"])
def test_what_is_not_published_does_not_exist_for_the_public(
    client: Client, make: Callable[..., Edition], status: str
) -> None:
    edition = make(status)
    assert client.get(edition.get_absolute_url()).status_code == 404
    assert client.get(url("download", edition.pk)).status_code == 404
    assert edition.snapshot_sha256 not in text(client, url("public_list"))


def test_the_public_reads_downloads_and_verifies(client: Client, make: Callable[..., Edition]) -> None:
    edition = make("published")
    for page in (url("public_list"), edition.get_absolute_url()):
        html = text(client, page)
        assert edition.sha256[:8] in html
        assert url("download", edition.pk) in html
    assert "Ringkasan" in html
    answer = client.get(url("download", edition.pk))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="semarang-pra-edisi-1-id.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(url("download", edition.pk), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_drafts_are_never_kept_by_caches(as_lead: Client, make: Callable[..., Edition]) -> None:
    answer = as_lead.get(url("download", make("ready").pk))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_the_stored_file_has_no_address_of_its_own(
    client: Client, make: Callable[..., Edition], own_files: Path
) -> None:
    edition = make("published")
    assert (own_files / edition.file.name).is_file()
    assert len(edition.file_key) == 32
    for prefix in ("/", "/media/", "/static/", "/var/media/"):
        assert client.get(prefix + edition.file.name).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/id/dokumen/pra/99/id/",
        "/id/dokumen/secret/1/id/",
        "/id/dokumen/pra/1/fr/",
        "/id/dokumen/unduh/999999/",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, make: Callable[..., Edition], address: str) -> None:
    make("published")
    assert client.get(address).status_code == 404


def test_a_lost_file_is_not_found_and_breaks_nothing(client: Client, make: Callable[..., Edition]) -> None:
    edition = make("published")
    default_storage.delete(edition.file.name)
    assert client.get(url("download", edition.pk)).status_code == 404


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_speak_both_languages(client: Client, make: Callable[..., Edition], language: str) -> None:
    edition = make("published")
    with translation.override(language):
        addresses = [url("public_list"), edition.get_absolute_url()]
    for address in addresses:
        assert address.startswith(f"/{language}/")
        assert f'lang="{language}"' in text(client, address)


# -- query counts


def _publish_many(make: Callable[..., Edition], times: int) -> None:
    for _ in range(times):
        for language in ("id", "en"):
            make("published", language=language)


def test_lists_ask_the_same_number_of_queries_for_many_rows(
    client: Client, people: People, make: Callable[..., Edition]
) -> None:
    edition = make("published")
    client.force_login(people.lead)
    addresses = [
        url("public_list"),
        edition.get_absolute_url(),
        url("work_editions"),
        url("work_edition", edition.pk),
        url("work_edition_progress", edition.pk),
    ]
    few = {address: queries(client, address) for address in addresses}
    _publish_many(make, 25)
    many = {address: queries(client, address) for address in addresses}
    assert many == few
    assert max(few.values()) <= 10, few


def test_the_snapshot_is_never_loaded_by_a_page(as_lead: Client, make: Callable[..., Edition]) -> None:
    edition = make("published")
    with CaptureQueriesContext(connection) as captured:
        for address in (
            url("public_list"),
            edition.get_absolute_url(),
            url("work_editions"),
            url("work_edition", edition.pk),
        ):
            as_lead.get(address)
    assert not [query for query in captured if '"snapshot"' in query["sql"]]
