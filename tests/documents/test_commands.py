"""The two commands: setting an owed edition by hand, and writing a file from frozen content."""

import hashlib
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from semarang_resilience.core.models import Cycle
from semarang_resilience.documents import operations, rendering
from semarang_resilience.documents.models import Edition
from tests.documents.city import People


@pytest.fixture
def edition(city: Cycle, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Edition:
    monkeypatch.setattr(operations, "announce", lambda pk: True)
    return operations.request_edition(kind="pra", cycle=city, language="id", by=people.lead, at=at)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is its own content's hash: enough to see what was set."""

    def render(snapshot: object, *, snapshot_sha256: str, **_options: object) -> rendering.Rendered:
        return rendering.Rendered(pdf=snapshot_sha256.encode(), pages=3, outline=[], template_version="quick")

    monkeypatch.setattr(rendering, "render", render)


def test_the_command_line_and_the_worker_set_the_same_bytes(edition: Edition, tmp_path: Path) -> None:
    """Here in one process; tests/faults compares with a real worker, test_rendering with another process."""
    out = StringIO()
    call_command("render_edition", edition.pk, stdout=out)
    stored = Edition.objects.get(pk=edition.pk)
    assert stored.sha256 in out.getvalue()
    file = tmp_path / "pra.pdf"
    call_command("export_edition", "pra", language="id", output=file, edition=1, stdout=out)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == stored.sha256


@pytest.mark.usefixtures("quick")
def test_without_an_edition_the_export_is_a_draft(city: Cycle, tmp_path: Path) -> None:
    out, file = StringIO(), tmp_path / "crs.pdf"
    call_command("export_edition", "crs", language="en", output=file, stdout=out)
    assert "draft" in out.getvalue()
    assert file.exists()
    assert not Edition.objects.exists()


@pytest.mark.usefixtures("quick")
def test_the_newest_edition_is_exported_unless_one_is_named(
    edition: Edition, people: People, at: datetime, tmp_path: Path
) -> None:
    operations.render_edition(edition_id=edition.pk)
    second = operations.request_edition(
        kind="pra", cycle=edition.document.cycle, language="id", by=people.lead, at=at
    )
    file = tmp_path / "pra.pdf"
    for number, expected in ((None, second), (1, edition), (2, second)):
        call_command("export_edition", "pra", language="id", output=file, edition=number, stdout=StringIO())
        assert file.read_text() == expected.snapshot_sha256


@pytest.mark.usefixtures("quick")
def test_a_file_set_by_other_templates_is_said_to_differ(edition: Edition, tmp_path: Path) -> None:
    operations.render_edition(edition_id=edition.pk)
    Edition.objects.filter(pk=edition.pk).update(sha256="0" * 64, template_version="older")
    err = StringIO()
    call_command("export_edition", "pra", language="id", output=tmp_path / "x", stdout=StringIO(), stderr=err)
    assert "older" in err.getvalue()


def test_what_cannot_be_done_is_said_in_a_sentence(
    edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="no edition 9"):
        call_command("export_edition", "pra", language="id", output=tmp_path / "x", edition=9)
    with pytest.raises(CommandError, match="no edition 99999"):
        call_command("render_edition", 99999)

    def broken(*args: object, **options: object) -> rendering.Rendered:
        raise rendering.CannotRender("native_libraries", "libpango")

    monkeypatch.setattr(rendering, "render", broken)
    with pytest.raises(CommandError, match="native_libraries"):
        call_command("export_edition", "pra", language="id", output=tmp_path / "x")
    with pytest.raises(CommandError, match="libpango"):
        call_command("render_edition", edition.pk)
    with pytest.raises(CommandError, match="Nothing to do"):
        call_command("render_edition", edition.pk)


def test_without_a_cycle_there_is_nothing_to_export(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no cycle"):
        call_command("export_edition", "pra", language="id", output=tmp_path / "x")
