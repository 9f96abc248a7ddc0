"""Files that people hand in: known by their content, kept under names of our own, served only by views.

The way of a file through the portal:

1. a form field, `PictureField` or `DocumentField`, hands the view an `AcceptedFile`; what the file is
   called and what the browser says about it count for nothing, its bytes do;
2. a model keeps it in a `FileField(upload_to=stored_in("agreements"))`: the name in the storage is random,
   so that nobody can guess an address or overwrite another file;
3. `private_file(...)` asks for the permission first and then sends it, always as a download. Nothing in the
   storage has an address of its own. Pictures that everybody may see go through `public_picture(...)`.

Drawings as SVG, pages as HTML and programs are never taken: a browser would run what is in them.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import IO, Any

from django import forms
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import Refused
from .permissions import ensure

PICTURE_BYTES = 5_000_000
PICTURE_PIXELS = 25_000_000  # twice what a telephone takes; asked before anything is unpacked
PICTURE_SIDE = 1_600  # dots: longer pictures are made smaller
PNG_BYTES = 300_000  # a drawing that is larger than this is a photograph
DOCUMENT_BYTES = 10_000_000
UNPACKED_BYTES = 200_000_000  # office files are ZIP archives; this is what they may hold
NAME_LENGTH = 120


class FileKind(Enum):
    """What a file is, by its content: the ending under which it is kept and the media type it is sent as."""

    PDF = ("pdf", "application/pdf", "PDF")
    PNG = ("png", "image/png", "PNG")
    WEBP = ("webp", "image/webp", "WebP")
    JPEG = ("jpg", "image/jpeg", "JPEG")
    GIF = ("gif", "image/gif", "GIF")
    XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX")
    DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX")
    PPTX = ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX")
    ODT = ("odt", "application/vnd.oasis.opendocument.text", "ODT")
    ODS = ("ods", "application/vnd.oasis.opendocument.spreadsheet", "ODS")
    ODP = ("odp", "application/vnd.oasis.opendocument.presentation", "ODP")

    def __init__(self, extension: str, media_type: str, label: str) -> None:
        self.extension = extension
        self.media_type = media_type
        self.label = label


PICTURES = frozenset({FileKind.PNG, FileKind.WEBP, FileKind.JPEG, FileKind.GIF})
OFFICE = frozenset({FileKind.XLSX, FileKind.DOCX, FileKind.PPTX, FileKind.ODT, FileKind.ODS, FileKind.ODP})
DOCUMENTS = frozenset({FileKind.PDF, *OFFICE, *PICTURES})


class UploadRefused(Refused):
    """The file cannot be taken; the sentence says which file would do."""

    code = "upload_refused"
    message: Any = gettext_lazy("This file cannot be taken.")


@dataclass(frozen=True, kw_only=True)
class AcceptedFile:
    """A file that passed: `content` can be assigned to a `FileField`; `name` is what the sender called it."""

    kind: FileKind
    name: str
    content: File[bytes]
    size: int  # bytes
    sha256: str  # of what is kept, as hexadecimal digits


# -- checking ---------------------------------------------------------------------------------------------
def accept_document(
    upload: UploadedFile, *, kinds: Collection[FileKind] = DOCUMENTS, max_bytes: int = DOCUMENT_BYTES
) -> AcceptedFile:
    """Take a document of one of `kinds`; pictures among them are drawn anew like any picture.

    Raises `UploadRefused` for a file that is empty, too large, of another kind, or carries macros.
    """
    _check_size(upload, max_bytes)
    kind = kind_of(upload)
    if kind is None or kind not in kinds:
        raise UploadRefused(
            _("This is not a file of a kind that can be taken here (%(kinds)s).")
            % {"kinds": ", ".join(sorted(each.label for each in kinds))},
            code="upload_kind",
        )
    if kind in PICTURES:
        return accept_picture(upload, max_bytes=max_bytes)
    upload.seek(0)
    return _accepted(kind, upload.read(), upload.name or "")


def accept_picture(
    upload: UploadedFile,
    *,
    max_bytes: int = PICTURE_BYTES,
    max_pixels: int = PICTURE_PIXELS,
    side: int = PICTURE_SIDE,
) -> AcceptedFile:
    """Take a PNG, JPEG, WebP or GIF by drawing it anew: no place, no camera, nothing hidden travels along.

    The result is a PNG where that is small (drawings, logos), else WebP; turned upright; its longer side
    has at most `side` dots. Raises `UploadRefused`.
    """
    _check_size(upload, max_bytes)
    kind = kind_of(upload)
    if kind not in PICTURES:
        raise UploadRefused(
            _("This is not a picture. Choose a PNG, JPEG or WebP file; drawings (SVG) are not taken."),
            code="upload_kind",
        )
    upload.seek(0)
    try:
        with Image.open(upload.file or upload, formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
            if picture.width * picture.height > max_pixels:
                raise UploadRefused(
                    _("This picture has too many dots. Make it smaller, at most %(pixels)s megapixels.")
                    % {"pixels": max_pixels // 1_000_000},
                    code="upload_pixels",
                )
            # Not `load` alone: WeasyPrint, once imported, makes it overlook that the end is missing.
            picture.verify()
        upload.seek(0)
        with Image.open(upload.file or upload, formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
            kind, data = _drawn_anew(picture, side)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UploadRefused(
            _("This picture is damaged. Open it on your computer, save it again and try once more."),
            code="upload_damaged",
        ) from error
    return _accepted(kind, data, upload.name or "")


def kind_of(upload: IO[bytes] | File[bytes]) -> FileKind | None:
    """What a file is by its first bytes (and, for office files, by what they hold); None: nothing we take."""
    upload.seek(0)
    head = upload.read(1024)
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return FileKind.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileKind.WEBP
    return _office_kind(upload) if head.startswith(b"PK\x03\x04") else None


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Bytes that a ZIP archive says it holds, without unpacking it."""
    return sum(member.file_size for member in archive.infolist())


def size_in_words(size: int) -> str:
    """Bytes as people say them: 5 MB."""
    return f"{max(1, round(size / 1_000_000))} MB"


_OFFICE_PARTS = {
    "xl/workbook.xml": FileKind.XLSX,
    "word/document.xml": FileKind.DOCX,
    "ppt/presentation.xml": FileKind.PPTX,
}
_OPEN_DOCUMENTS = {kind.media_type: kind for kind in (FileKind.ODT, FileKind.ODS, FileKind.ODP)}


def _office_kind(upload: Any) -> FileKind | None:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
            if unpacked_size(archive) > UNPACKED_BYTES or any(_is_program(name) for name in names):
                return None
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    return _OPEN_DOCUMENTS.get(part.read(100).decode("ascii", "replace").strip())
            found = [kind for part, kind in _OFFICE_PARTS.items() if part in names]
            return found[0] if "[Content_Types].xml" in names and len(found) == 1 else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None


def _is_program(name: str) -> bool:
    """Macros and embedded programs of office files."""
    low = name.lower()
    return low.endswith(("vbaproject.bin", ".exe", ".dll", ".js")) or low.startswith(("basic/", "scripts/"))


def _check_size(upload: UploadedFile, max_bytes: int) -> None:
    if not upload.size:
        raise UploadRefused(_("The file is empty."), code="upload_empty")
    if upload.size > max_bytes:
        raise UploadRefused(
            _("The file is too large. It may have at most %(size)s.") % {"size": size_in_words(max_bytes)},
            code="upload_size",
        )


def _drawn_anew(picture: Image.Image, side: int) -> tuple[FileKind, bytes]:
    is_photo = picture.format == "JPEG"
    picture.draft(None, (side, side))  # lets a large JPEG be read small at once
    upright = ImageOps.exif_transpose(picture)
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    drawn = upright.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((side, side))
    drawn.info = {}  # no remarks, no profile, no place
    if not is_photo and len(as_png := _saved(drawn, "PNG")) <= PNG_BYTES:
        return FileKind.PNG, as_png
    return FileKind.WEBP, _saved(drawn, "WEBP", quality=85)


def _saved(picture: Image.Image, format: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, format, **options)
    return target.getvalue()


def _accepted(kind: FileKind, data: bytes, name: str) -> AcceptedFile:
    return AcceptedFile(
        kind=kind,
        name=clean_name(name, kind.extension),
        content=ContentFile(data, name=f"file.{kind.extension}"),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def clean_name(name: str, extension: str) -> str:
    """What the sender called the file, fit to be shown and to be saved: no path, no control characters."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    kept = "".join(char for char in stem if char.isprintable() and char not in '/\\:*?"<>|').strip(" .")
    return f"{kept[:NAME_LENGTH] or 'file'}.{extension}"


# -- keeping ----------------------------------------------------------------------------------------------
@deconstructible
class stored_in:  # noqa: N801  reads as a word in `upload_to=stored_in("agreements")`
    """For `upload_to`: a random name below `folder`, with the ending of the kind that was accepted."""

    ENDINGS = frozenset(kind.extension for kind in FileKind)

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, row: models.Model, name: str) -> str:
        ending = PurePosixPath(name).suffix.lstrip(".").lower()
        return f"{self.folder}/{secrets.token_hex(16)}.{ending if ending in self.ENDINGS else 'bin'}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, stored_in) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)


# -- sending ----------------------------------------------------------------------------------------------
def private_file(
    request: HttpRequest, *, permission: str, obj: models.Model | None, file: Any, name: str
) -> HttpResponse:
    """Send a kept file to somebody who may have it: the permission is asked before the storage is.

    `file` is the value of a `FileField`, `name` what the reader's computer shall call it. Raises
    `NotAllowed` (403) without the right and `Http404` where the file is gone. Never shown inside a page.
    """
    ensure(request.user, permission, obj)
    response = _sent(file, name)
    patch_cache_control(response, private=True, no_store=True)
    return response


def public_picture(file: Any, *, max_age: int = 3600) -> HttpResponse:
    """Send a picture that everybody may see (a logo), to stand in a page; only pictures are sent so."""
    if _kind_by_name(file.name or "") not in PICTURES:
        raise Http404
    response = _sent(file, "", inline=True)
    patch_cache_control(response, public=True, max_age=max_age)
    return response


def _sent(file: Any, name: str, *, inline: bool = False) -> HttpResponse:
    kind = _kind_by_name(file.name or "") if file else None
    try:
        content = file.open("rb") if file else None
    except FileNotFoundError as error:
        raise Http404 from error
    if content is None:
        raise Http404
    response = FileResponse(
        content,
        as_attachment=not inline,
        filename=name or PurePosixPath(file.name).name,
        content_type=kind.media_type if kind else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response  # type: ignore[return-value]


def _kind_by_name(name: str) -> FileKind | None:
    """The kind under whose ending we keep a file."""
    ending = PurePosixPath(name).suffix.lstrip(".")
    return next((kind for kind in FileKind if kind.extension == ending), None)


# -- asking -----------------------------------------------------------------------------------------------
class _AcceptedField(forms.FileField):
    """A file field whose cleaned value is an `AcceptedFile` (or None where it may stay empty)."""

    check: Callable[..., AcceptedFile]
    endings: tuple[str, ...]

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(max_length=400, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the file chooser of the browser show what would do."""
        return super().widget_attrs(widget) | {"accept": ",".join(self.endings)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check the content; a refusal becomes the error of this field."""
        upload = super().clean(data, None)  # what is kept already does not answer for what is sent
        if not upload:
            return None
        try:
            return type(self).check(upload, max_bytes=self.max_bytes, **self.limits())
        except UploadRefused as refusal:
            raise forms.ValidationError(str(refusal.message), code=refusal.code) from refusal

    def limits(self) -> dict[str, Any]:
        """Further arguments of the check."""
        return {}


class PictureField(_AcceptedField):
    """A picture, drawn anew."""

    check = staticmethod(accept_picture)
    endings = (".png", ".jpg", ".jpeg", ".webp", ".gif")

    def __init__(self, *, max_bytes: int = PICTURE_BYTES, **options: Any) -> None:
        super().__init__(max_bytes=max_bytes, **options)


class DocumentField(_AcceptedField):
    """A document of one of `kinds`."""

    check = staticmethod(accept_document)

    def __init__(
        self,
        *,
        kinds: Collection[FileKind] = DOCUMENTS,
        max_bytes: int = DOCUMENT_BYTES,
        **options: Any,
    ) -> None:
        self.kinds = frozenset(kinds)
        self.endings = tuple(sorted(f".{kind.extension}" for kind in self.kinds))
        super().__init__(max_bytes=max_bytes, **options)

    def limits(self) -> dict[str, Any]:
        """Only the kinds of this field."""
        return {"kinds": self.kinds}
