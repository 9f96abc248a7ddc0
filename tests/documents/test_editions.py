"""Requesting, setting and publishing editions: who may, what is frozen, what the database refuses."""

import hashlib
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from assessment.models import Finding
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle
from semarang_resilience.documents import operations, rendering
from semarang_resilience.documents.models import Document, Edition, EditionStatus, FailureReason
from tests.documents.city import People, make_city, make_people

pytestmark = pytest.mark.usefixtures("silent_broker")


@pytest.fixture
def silent_broker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Announcements are noted instead of sent; real brokers are in tests/faults."""
    heard: list[int] = []
    monkeypatch.setattr(operations, "announce", lambda pk: heard.append(pk) or True)
    return heard


@pytest.fixture
def request_pra(city: Cycle, people: People, at: datetime) -> Callable[..., Edition]:
    def request(**options: object) -> Edition:
        return operations.request_edition(
            **(
                {"kind": "pra", "cycle": city, "language": "id", "by": people.administrator, "at": at}
                | options
            )  # type: ignore[arg-type]
        )

    return request


def reread(edition: Edition) -> Edition:
    return Edition.objects.get(pk=edition.pk)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what happens around the setting: the setting itself takes no time."""
    done = rendering.Rendered(pdf=b"%PDF-1.7 quick", pages=1, outline=[], template_version="quick")
    monkeypatch.setattr(rendering, "render", lambda *args, **options: done)


# -- requesting


def test_a_request_freezes_the_content_and_owes_the_file(
    request_pra: Callable[..., Edition],
    people: People,
    silent_broker: list[int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        edition = request_pra()
    edition = reread(edition)
    assert edition.status == EditionStatus.QUEUED
    assert edition.number == 1
    assert (
        edition.title == "Penilaian Awal Ketahanan" or edition.title
    )  # the catalogue may not be compiled yet
    assert edition.snapshot["head"]["number"] == 1
    assert silent_broker == [edition.pk]
    assert edition.announced_at is not None
    line = Activity.objects.get(verb="request_edition")
    assert (line.actor, line.data["snapshot_sha256"]) == (people.administrator, edition.snapshot_sha256)


@pytest.mark.parametrize("role", ["staff", "leadership", "member"])
def test_only_administrators_and_the_lead_request(
    request_pra: Callable[..., Edition], people: People, role: str
) -> None:
    with pytest.raises(NotAllowed):
        request_pra(by=getattr(people, role))
    assert not Edition.objects.exists()


def test_the_second_click_gets_the_same_edition(request_pra: Callable[..., Edition]) -> None:
    token = uuid.uuid4()
    first = request_pra(token=token)
    assert request_pra(token=token) == first
    assert request_pra() == first, "one open edition per document and language"
    assert request_pra(language="en") != first
    assert Edition.objects.count() == 2


def test_the_same_form_sent_again_after_the_end_gets_the_same_edition(
    request_pra: Callable[..., Edition],
) -> None:
    token = uuid.uuid4()
    first = request_pra(token=token)
    Edition.objects.filter(pk=first.pk).update(
        status="failed", failure="unexpected", failed_at=first.requested_at
    )
    assert request_pra(token=token) == first
    assert request_pra().number == 2


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_make_one_edition_of_each_language(
    silent_broker: list[int], at: datetime
) -> None:
    people = make_people()
    cycle = make_city(people.staff, people.lead)
    languages = ["id", "en", "id", "en"]
    start, made, errors = threading.Barrier(len(languages)), [], []

    def click(language: str) -> None:
        start.wait()
        try:
            edition = operations.request_edition(
                kind="pra", cycle=cycle, language=language, by=people.administrator, at=at
            )
            made.append((language, edition.pk))
        except Exception as error:  # shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[language]) for language in languages]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert not errors
    assert len(made) == len(languages)
    assert len(set(made)) == 2
    assert sorted(Edition.objects.values_list("language", "number")) == [("en", 1), ("id", 1)]
    assert Document.objects.count() == 1
    assert len(silent_broker) == 2


def test_gaps_are_counted_before_and_kept_after(
    request_pra: Callable[..., Edition], city: Cycle, at: datetime
) -> None:
    before = operations.preview_edition(kind="pra", cycle=city, language="en", at=at)
    missing = next(gap for gap in before.gaps if gap.key == "untranslated")
    assert missing.count > 0
    assert len(missing.examples) == 3
    assert not Edition.objects.exists()
    edition = request_pra(language="en")
    assert {"key": "untranslated", "count": missing.count, "examples": list(missing.examples)} in edition.gaps


def test_freezing_asks_the_same_number_of_queries_for_many_rows(people: People, at: datetime) -> None:
    def queries(cycle: Cycle) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            operations.preview_edition(kind="pra", cycle=cycle, language="id", at=at)
        return len(captured)

    with transaction.atomic():
        few = queries(make_city(people.staff, people.lead, rows=1))
        transaction.set_rollback(True)
    with transaction.atomic():
        many = queries(make_city(people.staff, people.lead, rows=25))
        transaction.set_rollback(True)
    assert many == few


# -- setting


def test_the_worker_sets_the_file_once(request_pra: Callable[..., Edition]) -> None:
    edition = request_pra()
    assert operations.render_edition(edition_id=edition.pk)
    edition = reread(edition)
    assert edition.status == EditionStatus.READY
    content = default_storage.open(edition.file.name).read()
    assert hashlib.sha256(content).hexdigest() == edition.sha256
    assert len(content) == edition.size
    assert content.startswith(b"%PDF-1.7")
    assert edition.pages
    assert edition.outline[0]["page"] >= 1
    assert edition.attempt == 1
    assert not operations.render_edition(edition_id=edition.pk), "a second message changes nothing"
    assert reread(edition).sha256 == edition.sha256


def test_setting_touches_only_the_tables_of_documents(request_pra: Callable[..., Edition]) -> None:
    edition = request_pra()
    with CaptureQueriesContext(connection) as captured:
        operations.render_edition(edition_id=edition.pk)
    touched = {
        word.split(".")[0].strip('"')
        for query in captured
        for word in query["sql"].replace("(", " ").replace(")", " ").split()
        if word.startswith('"') and "_" in word.split('"')[1] and word.split('"')[1].islower()
    }
    tables = set(connection.introspection.table_names()) & touched
    assert tables == {"documents_edition"}


def test_deleting_the_domain_rows_changes_nothing_in_the_file(
    request_pra: Callable[..., Edition], city: Cycle
) -> None:
    edition = request_pra()
    operations.render_edition(edition_id=edition.pk)
    before = reread(edition).sha256
    city.focus_areas.all().delete()
    Finding.objects.all().delete()
    city.assets.all().delete()
    Edition.objects.filter(pk=edition.pk).update(
        status="queued", file="", sha256="", size=None, pages=None, ready_at=None
    )
    operations.render_edition(edition_id=edition.pk)
    assert reread(edition).sha256 == before


def test_progress_is_written_while_it_runs(
    request_pra: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = request_pra()
    seen: list[tuple[int, int, str]] = []
    extend = type(Edition.objects.all()).extend

    def watch(queryset: object, *args: object, **progress: object) -> bool:
        seen.append((progress["progress_done"], progress["progress_total"], progress["progress_label"]))  # type: ignore[arg-type]
        return extend(queryset, *args, **progress)  # type: ignore[arg-type]

    monkeypatch.setattr(type(Edition.objects.all()), "extend", watch)
    operations.render_edition(edition_id=edition.pk)
    assert len(seen) >= 5
    assert all(done <= total for done, total, _label in seen)
    assert len({label for _done, _total, label in seen}) >= 5


def test_who_lost_the_lease_writes_nothing(
    request_pra: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = request_pra()

    def stolen(*args: object, **options: object) -> rendering.Rendered:
        Edition.objects.filter(pk=edition.pk).update(attempt=7)
        return rendering.Rendered(pdf=b"%PDF late", pages=1, outline=[], template_version="x")

    monkeypatch.setattr(rendering, "render", stolen)
    assert not operations.render_edition(edition_id=edition.pk)
    edition = reread(edition)
    assert edition.status == EditionStatus.RENDERING
    assert edition.file.name == ""
    assert not default_storage.exists(f"editions/{edition.file_key}/1.pdf")


@pytest.mark.usefixtures("quick")
def test_the_winner_takes_away_what_dead_workers_left(request_pra: Callable[..., Edition]) -> None:
    edition = request_pra()
    left = f"editions/{edition.file_key}/1.pdf"
    default_storage.save(left, ContentFile(b"half"))
    Edition.objects.filter(pk=edition.pk).update(attempt=1, attempt_limit=3)
    operations.render_edition(edition_id=edition.pk)
    assert not default_storage.exists(left)
    assert default_storage.exists(f"editions/{edition.file_key}/2.pdf")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (rendering.CannotRender("native_libraries", "libpango"), FailureReason.NATIVE_LIBRARIES),
        (rendering.CannotRender("forbidden", "file:///etc/passwd"), FailureReason.FORBIDDEN),
        (OSError("No space left on device"), FailureReason.STORAGE),
        (type("SoftTimeLimitExceeded", (Exception,), {})(), FailureReason.TIME),
        (KeyError("x"), FailureReason.UNEXPECTED),
    ],
)
def test_every_failure_has_a_reason_and_can_be_tried_again(
    request_pra: Callable[..., Edition],
    people: People,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    reason: str,
) -> None:
    edition = request_pra()

    def broken(*args: object, **options: object) -> rendering.Rendered:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "render", broken)
        assert operations.render_edition(edition_id=edition.pk)
    edition = reread(edition)
    assert (edition.status, edition.failure) == (EditionStatus.FAILED, reason)
    again = operations.retry_edition(edition=edition, by=people.lead, at=at)
    assert (again.status, again.failure, again.number) == (EditionStatus.QUEUED, "", 1)
    assert operations.render_edition(edition_id=edition.pk)
    assert reread(edition).status == EditionStatus.READY
    assert reread(edition).attempt == 2, "the fencing token only ever grows"


def test_changed_content_is_never_set(request_pra: Callable[..., Edition]) -> None:
    edition = request_pra()
    edition.snapshot["findings"] = []
    Edition.objects.filter(pk=edition.pk).update(snapshot=edition.snapshot)
    operations.render_edition(edition_id=edition.pk)
    assert reread(edition).failure == FailureReason.SNAPSHOT


# -- the sweeper


def test_the_sweeper_announces_what_nobody_has(
    request_pra: Callable[..., Edition], silent_broker: list[int], at: datetime, settings: Settings
) -> None:
    edition = request_pra()
    assert operations.requeue_owed_editions(at=at) == 1
    assert operations.requeue_owed_editions(at=at) == 0, "announced a moment ago"
    later = at + timedelta(seconds=settings.EDITION_LEASE_SECONDS + 1)
    assert operations.requeue_owed_editions(at=later) == 1
    assert silent_broker == [edition.pk, edition.pk]


def test_a_dead_workers_edition_is_taken_over_until_its_attempts_are_used_up(
    request_pra: Callable[..., Edition], silent_broker: list[int], at: datetime
) -> None:
    edition = request_pra()
    for attempt in (1, 2, 3):
        claimed = Edition.objects.claim(edition.pk)
        assert claimed is not None
        assert claimed.attempt == attempt
        assert Edition.objects.claim(edition.pk) is None, "somebody holds the lease"
        Edition.objects.filter(pk=edition.pk).update(lease_until=at - timedelta(days=3650))
        operations.requeue_owed_editions(at=at)
    edition = reread(edition)
    assert (edition.status, edition.failure) == (EditionStatus.FAILED, FailureReason.INTERRUPTED)
    assert Edition.objects.claim(edition.pk) is None
    assert silent_broker == [edition.pk, edition.pk]


# -- publishing


@pytest.mark.usefixtures("quick")
def test_publishing_needs_a_ready_file_and_the_right(
    request_pra: Callable[..., Edition], people: People, at: datetime
) -> None:
    edition = request_pra()
    with pytest.raises(Refused):
        operations.publish_edition(edition=edition, by=people.lead, at=at)
    operations.render_edition(edition_id=edition.pk)
    with pytest.raises(NotAllowed):
        operations.publish_edition(edition=edition, by=people.staff, at=at)
    published = operations.publish_edition(edition=edition, by=people.lead, at=at)
    assert (published.status, published.published_by) == (EditionStatus.PUBLISHED, people.lead)
    assert operations.publish_edition(edition=edition, by=people.lead, at=at) == published
    assert Activity.objects.filter(verb="publish_edition").count() == 1
    assert request_pra().number == 2


# -- what the database refuses


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"status": "ready"}, "edition_ready_has_file"),
        ({"status": "published"}, "edition_ready_has_file"),
        ({"status": "failed"}, "edition_failed_iff_reason"),
        ({"status": "rendering"}, "edition_rendering_iff_lease"),
        ({"failure": "unexpected"}, "edition_open_has_no_outcome"),
        ({"file": "x.pdf"}, "edition_open_has_no_outcome"),
        ({"snapshot_sha256": "short"}, "edition_snapshot_has_hash"),
        ({"progress_done": 2, "progress_total": 1}, "edition_progress_in_range"),
        ({"number": 0}, "edition_number_from_one"),
    ],
)
def test_states_and_columns_agree(
    request_pra: Callable[..., Edition], changes: dict[str, object], constraint: str
) -> None:
    edition = request_pra()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**changes)
    assert constraint in str(caught.value) or "violates check constraint" in str(caught.value)


def test_the_database_refuses_a_second_open_edition(request_pra: Callable[..., Edition]) -> None:
    edition = request_pra()
    with pytest.raises(IntegrityError, match="edition_one_open_per_language"), transaction.atomic():
        Edition.objects.create(
            document=edition.document,
            number=2,
            language="id",
            title="x",
            snapshot={},
            snapshot_sha256="0" * 64,
            requested_by=edition.requested_by,
            requested_at=edition.requested_at,
        )
