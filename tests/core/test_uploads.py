"""Files that people hand in: what is taken, what it becomes, and who gets it back."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile, FileField
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation
from PIL import Image

from semarang_resilience.core import uploads
from semarang_resilience.core.errors import NotAllowed
from semarang_resilience.core.uploads import (
    DocumentField,
    FileKind,
    PictureField,
    UploadRefused,
    accept_document,
    accept_picture,
    clean_name,
    private_file,
    public_picture,
    stored_in,
)

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"


def sent(data: bytes, name: str = "berkas") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def picture(format: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 90).save(target, format, **options)  # type: ignore[arg-type]
    return target.getvalue()


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in parts.items():
            zipped.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return target.getvalue()


def workbook() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def docx(**more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"} | more)


class TestKinds:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (PDF, FileKind.PDF),
            (workbook(), FileKind.XLSX),
            (docx(), FileKind.DOCX),
            (archive(mimetype=b"application/vnd.oasis.opendocument.text"), FileKind.ODT),
        ],
    )
    def test_a_document_is_known_by_its_content_whatever_it_is_called(
        self, data: bytes, kind: FileKind
    ) -> None:
        accepted = accept_document(sent(data, "notulen.exe"))
        assert accepted.kind is kind
        assert accepted.name == f"notulen.{kind.extension}"
        assert accepted.content.read() == data

    @pytest.mark.parametrize(
        "data",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"MZ\x90\x00\x03",
            b"#!/bin/sh\n",
            b"PK\x03\x04 not really an archive",
            archive(setup_dot_exe=b"MZ"),
            docx(**{"word/vbaProject.bin": b"macro"}),
            b"just words",
            b" %PDF-1.7",
        ],
        ids=[
            "svg",
            "html",
            "exe",
            "script",
            "broken zip",
            "zip of a program",
            "macros",
            "text",
            "late magic",
        ],
    )
    def test_what_a_computer_would_run_is_refused_even_as_pdf(self, data: bytes) -> None:
        with pytest.raises(UploadRefused) as refusal:
            accept_document(sent(data, "laporan.pdf"))
        assert refusal.value.code == "upload_kind"

    def test_only_the_kinds_of_the_form_are_taken(self) -> None:
        with pytest.raises(UploadRefused):
            accept_document(sent(workbook()), kinds={FileKind.PDF})

    def test_an_office_file_that_would_unpack_to_gigabytes_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "UNPACKED_BYTES", 5_000_000)
        bomb = docx(**{"word/media/a.bin": b"\0" * 5_000_001})
        assert len(bomb) < 20_000
        with pytest.raises(UploadRefused):
            accept_document(sent(bomb))

    @pytest.mark.parametrize(("data", "code"), [(b"", "upload_empty"), (PDF + b"0" * 2_000, "upload_size")])
    def test_size_is_asked_first(self, data: bytes, code: str) -> None:
        with pytest.raises(UploadRefused) as refusal:
            accept_document(sent(data), max_bytes=1_000)
        assert refusal.value.code == code

    @pytest.mark.parametrize(
        ("language", "words"), [("id", "Berkas terlalu besar"), ("en", "The file is too large")]
    )
    def test_the_refusal_is_a_sentence_in_both_languages(self, language: str, words: str) -> None:
        with translation.override(language), pytest.raises(UploadRefused) as refusal:
            accept_document(sent(PDF), max_bytes=3)
        assert words in str(refusal.value.message)


class TestPictures:
    @pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_a_picture_is_drawn_anew(self, format: str) -> None:
        accepted = accept_picture(sent(picture(format), "logo.svg"))
        assert accepted.kind in {FileKind.PNG, FileKind.WEBP}
        with Image.open(io.BytesIO(accepted.content.read())) as drawn:
            assert drawn.size == (60, 40)
            assert accepted.name == f"logo.{accepted.kind.extension}"

    def test_the_place_where_it_was_taken_does_not_travel_along(self) -> None:
        exif = Image.Exif()
        exif[0x010E] = "rumah Bu Sari"
        exif[0x0112] = 6  # turned by a quarter
        data = picture("JPEG", exif=exif.tobytes())
        assert b"rumah Bu Sari" in data
        kept = accept_picture(sent(data)).content.read()
        assert b"rumah Bu Sari" not in kept
        with Image.open(io.BytesIO(kept)) as drawn:
            assert drawn.size == (40, 60)  # upright
            assert not drawn.getexif()

    def test_what_hangs_behind_a_picture_is_cut_off(self) -> None:
        data = picture("PNG") + b"<script>alert(1)</script>"
        assert b"script" not in accept_picture(sent(data)).content.read()

    def test_a_transparent_logo_stays_transparent(self) -> None:
        accepted = accept_picture(sent(picture("PNG", mode="RGBA")))
        with Image.open(io.BytesIO(accepted.content.read())) as drawn:
            assert drawn.mode == "RGBA"

    def test_a_large_picture_is_made_smaller(self) -> None:
        accepted = accept_picture(sent(picture("JPEG", size=(3_000, 1_000))))
        with Image.open(io.BytesIO(accepted.content.read())) as drawn:
            assert max(drawn.size) == uploads.PICTURE_SIDE

    def test_a_picture_of_too_many_dots_is_refused_before_it_is_unpacked(self) -> None:
        with pytest.raises(UploadRefused) as refusal:
            accept_picture(sent(picture("PNG", size=(200, 200))), max_pixels=39_999)
        assert refusal.value.code == "upload_pixels"

    @pytest.mark.parametrize("data", [picture("PNG")[:60], b"\x89PNG\r\n\x1a\n" + b"0" * 50, PDF, b"<svg/>"])
    def test_what_is_no_picture_or_broken_is_refused_with_a_sentence(
        self, data: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as after importing WeasyPrint
        with pytest.raises(UploadRefused):
            accept_picture(sent(data, "logo.png"))


class TestNames:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\dokumen\\MoU 2016.PDF", "MoU 2016.pdf"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie x.pdf"),
            ("", "file.pdf"),
            ("…", "….pdf"),
            ("x" * 500, "x" * 120 + ".pdf"),
        ],
    )
    def test_a_name_is_only_a_name(self, given: str, kept: str) -> None:
        assert clean_name(given, "pdf") == kept

    def test_the_stored_name_is_random_and_keeps_nothing_of_the_senders(self) -> None:
        place = stored_in("agreements")
        names = {place(None, "MoU Rahasia.pdf") for _ in range(50)}  # type: ignore[arg-type]
        assert len(names) == 50
        assert all(name.startswith("agreements/") and name.endswith(".pdf") for name in names)
        assert not any("ahasia" in name for name in names)
        assert place(None, "halaman.html").endswith(".bin")  # type: ignore[arg-type]
        assert stored_in("a") == stored_in("a") != stored_in("b")


class Reader:
    is_authenticated = True

    def __init__(self, *rights: str) -> None:
        self.rights = rights

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return permission in self.rights


@pytest.fixture
def keep(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], FieldFile]:
    storage = FileSystemStorage(tmp_path_factory.mktemp("kept"))
    field = FileField(storage=storage)

    def make(name: str, data: bytes) -> FieldFile:
        return FieldFile(None, field, storage.save(name, ContentFile(data)))  # type: ignore[arg-type]

    return make


class TestSending:
    def send(self, file: object, *rights: str) -> object:
        request = RequestFactory().get("/")
        request.user = Reader(*rights)  # type: ignore[assignment]
        return private_file(request, permission="x.read", obj=None, file=file, name="MoU 2016.pdf")

    def test_a_private_file_is_a_download_that_nobody_sniffs_or_caches(
        self, keep: Callable[[str, bytes], FieldFile]
    ) -> None:
        answer = self.send(keep("a.pdf", PDF), "x.read")
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
        headers = answer.headers  # type: ignore[attr-defined]
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Disposition"] == 'attachment; filename="MoU 2016.pdf"'
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert "no-store" in headers["Cache-Control"]

    def test_the_permission_is_asked_before_the_storage(self) -> None:
        class Storage:
            name = "a.pdf"

            def open(self, mode: str) -> None:
                raise AssertionError("the storage was asked")

        with pytest.raises(NotAllowed):
            self.send(Storage())

    def test_a_file_that_is_gone_is_not_found(self, keep: Callable[[str, bytes], FieldFile]) -> None:
        file = keep("a.pdf", PDF)
        file.storage.delete(file.name)
        with pytest.raises(Http404):
            self.send(file, "x.read")
        with pytest.raises(Http404):
            self.send(None, "x.read")

    def test_only_pictures_stand_in_a_page(self, keep: Callable[[str, bytes], FieldFile]) -> None:
        answer = public_picture(keep("a.png", picture("PNG")))
        assert answer["Content-Type"] == "image/png"
        assert answer["Content-Disposition"].startswith("inline")
        for name in ("a.pdf", "a.bin", "a.html"):
            with pytest.raises(Http404):
                public_picture(keep(name, PDF))


class LogoForm(forms.Form):
    logo = PictureField(label="Logo", required=False)
    agreement = DocumentField(label="Agreement", kinds={FileKind.PDF})


class TestFields:
    def test_the_form_hands_over_what_was_accepted(self) -> None:
        form = LogoForm({}, {"agreement": sent(PDF, "MoU.pdf")})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["logo"] is None
        assert form.cleaned_data["agreement"].kind is FileKind.PDF

    def test_a_refusal_stands_at_its_field(self) -> None:
        form = LogoForm({}, {"logo": sent(b"<svg/>"), "agreement": sent(picture("PNG"))})
        assert not form.is_valid()
        assert set(form.errors) == {"logo", "agreement"}
        assert 'accept=".pdf"' in str(form["agreement"])
