"""A request that is larger than the portal takes in: every form answers with a sentence."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db
FIFTY = 50_000_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real file of 50 MB."""
    path = tmp_path_factory.mktemp("large") / "peta.pdf"
    with path.open("wb") as file:
        file.truncate(FIFTY)
    return path


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Berkas itu terlalu besar"), ("en", "That file is too large")],
)
@pytest.mark.parametrize("address", ["akun/login/", "kerja/forum/baru/", "tidak-ada/"])
def test_a_file_of_fifty_megabytes_is_answered_with_a_sentence(
    client: Client, large: Path, language: str, words: str, address: str
) -> None:
    with large.open("rb") as file:
        answer = client.post(f"/{language}/{address}", {"file": file, "name": "Peta"})
    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert "10 MB" in answer.content.decode()


def test_the_whole_file_is_read_so_that_the_browser_shows_the_page(client: Client, large: Path) -> None:
    with large.open("rb") as file:
        answer = client.post("/id/akun/login/", {"file": file})
    assert answer.wsgi_request.read() == b""


def test_a_program_gets_the_same_in_json(client: Client) -> None:
    answer = client.put("/api/v1/", data=b"[" + b" " * 13_000_000 + b"]", content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_what_the_portal_takes_passes(client: Client, settings: Any) -> None:
    file = SimpleUploadedFile("peta.pdf", b"0" * (settings.MAX_UPLOAD_BYTES - 1))
    assert client.post("/id/akun/login/", {"file": file}).status_code != 413
