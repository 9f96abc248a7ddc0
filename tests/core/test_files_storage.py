"""Files in a bucket: the setting alone moves them, spoken to over real HTTP as a service would be."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import environ
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from semarang_resilience.settings.files import files_storage


class Bucket(BaseHTTPRequestHandler):
    """Just enough of the protocol: put, head, get, delete one object by its path."""

    objects: dict[str, bytes] = {}
    signed: list[bool] = []

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.signed.append("Signature=" in self.headers.get("Authorization", ""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Mon, 23 May 2016 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self) -> None:
        assert "aws-chunked" not in self.headers.get("Content-Encoding", "")
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    do_HEAD = do_GET  # noqa: N815  the names of the standard library

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self._answer(204)


@contextmanager
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    Bucket.objects.clear()
    Bucket.signed.clear()
    with service() as address:
        for name, value in {
            "FILES_BUCKET": "portal",
            "FILES_ENDPOINT_URL": address,
            "FILES_ACCESS_KEY": "kunci",
            "FILES_SECRET_KEY": "rahasia",
        }.items():
            monkeypatch.setenv(name, value)
        yield storages.create_storage(files_storage(environ.Env()))


def test_without_a_bucket_files_stay_in_the_folder() -> None:
    assert files_storage(environ.Env()) == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_file_goes_to_the_bucket_and_comes_back(bucket: Storage) -> None:
    name = bucket.save("agreements/a.pdf", ContentFile(b"%PDF-1.7 isi"))
    assert Bucket.objects == {"/portal/agreements/a.pdf": b"%PDF-1.7 isi"}
    assert bucket.open(name).read() == b"%PDF-1.7 isi"
    assert all(Bucket.signed)
    bucket.delete(name)
    assert not bucket.exists(name)
    with pytest.raises(FileNotFoundError):
        bucket.open(name)


def test_a_name_that_exists_is_not_overwritten(bucket: Storage) -> None:
    first = bucket.save("a.pdf", ContentFile(b"satu"))
    second = bucket.save("a.pdf", ContentFile(b"dua"))
    assert first != second
    assert bucket.open(first).read() == b"satu"


@pytest.mark.parametrize("missing", ["FILES_ACCESS_KEY", "FILES_SECRET_KEY"])
def test_a_bucket_without_its_keys_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, missing: str, bucket: Any
) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(environ.ImproperlyConfigured):
        files_storage(environ.Env())
