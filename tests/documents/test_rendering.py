"""What comes out of a snapshot: tagged PDF, the same bytes everywhere, nothing fetched, nothing left out."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import Settings

from semarang_resilience.core.models import Cycle
from semarang_resilience.documents import assets, rendering
from semarang_resilience.documents.composition import Composition, compose
from semarang_resilience.documents.snapshots import Frozen, freeze, load
from tests.documents.city import AT
from tools.paths import ROOT

KINDS = ("pra", "crs", "action_plan")
LANGUAGES = ("id", "en")
SET = [("pra", "id"), ("crs", "en"), ("action_plan", "id")]


@pytest.fixture(scope="module")
def frozen(django_db_setup: None, django_db_blocker: Any) -> dict[tuple[str, str], Frozen]:
    """Snapshots of the example city; the city itself is taken back before anything is set."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        cycle = Cycle.objects.current()
        assert cycle
        taken = {
            (kind, language): freeze(kind=kind, cycle=cycle, language=language, number=2, at=AT)
            for kind in KINDS
            for language in LANGUAGES
        }
        transaction.set_rollback(True)
    return taken


@pytest.fixture(scope="module")
def set_once(frozen: dict[tuple[str, str], Frozen]) -> Callable[[str, str], rendering.Rendered]:
    """The file of a document, set once for all tests of this module, without any database."""

    @cache
    def set_it(kind: str, language: str) -> rendering.Rendered:
        one = frozen[kind, language]
        return rendering.render(load(one.packed, sha256=one.sha256), snapshot_sha256=one.sha256)

    return set_it


Set = Callable[[str, str], rendering.Rendered]


# -- accessible


@pytest.mark.parametrize(("kind", "language"), SET)
def test_editions_pass_pdf_ua(set_once: Set, kind: str, language: str) -> None:
    report = page.validate_pdf_bytes(set_once(kind, language).pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [(one.rule_id, one.message) for one in report.failures]


@pytest.mark.parametrize(("kind", "language"), SET)
def test_language_title_bookmarks_and_tags(
    set_once: Set, frozen: dict[tuple[str, str], Frozen], kind: str, language: str
) -> None:
    rendered = set_once(kind, language)
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked
        assert "Semarang" in str(pdf.docinfo.Title)
        assert len(pdf.pages) == rendered.pages
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert titles == [entry["title"] for entry in rendered.outline]
        assert len(titles) >= 7
        structure = list(_elements(pdf.Root.StructTreeRoot))
    html = _compose(frozen[kind, language]).html
    figures = [one for one in structure if one.S == "/Figure"]
    assert len(figures) == html.count("<svg")
    assert all(len(str(one.Alt)) > 20 for one in figures)
    captions = [one for one in structure if one.S == "/Caption"]
    assert len(captions) >= html.count("<caption")


def _elements(node: Any) -> Iterator[Any]:
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _compose(one: Frozen) -> Composition:
    return compose(load(one.packed), snapshot_sha256=one.sha256, on_chapter=lambda done, total, title: None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_caption_headers_and_columns(
    frozen: dict[tuple[str, str], Frozen], kind: str, language: str
) -> None:
    html = _compose(frozen[kind, language]).html
    tables = re.findall(r"<table.*?</table>", html, re.DOTALL)
    assert tables
    for table in tables:
        assert "<caption" in table
        if 'class="keys"' not in table:
            assert "<colgroup>" in table
            assert 'scope="row"' in table
            columns = table.count("<col ")
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL):
                wide = sum(int(n) for n in re.findall(r'colspan="(\d+)"', row))
                cells = len(re.findall(r"<t[hd][ >]", row))
                assert cells - len(re.findall("colspan", row)) + wide == columns, row


# -- the same everywhere


def test_another_process_without_files_network_or_database_sets_the_same_bytes(
    set_once: Set, frozen: dict[tuple[str, str], Frozen], tmp_path: Path
) -> None:
    order = [("action_plan", "id"), ("crs", "en"), ("pra", "id")]
    files = []
    for kind, language in order:
        file = tmp_path / f"{kind}.json"
        file.write_text(json.dumps(frozen[kind, language].packed))
        files.append(str(file))
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.set_in_silence", *files],
        cwd=ROOT,
        env=os.environ | nowhere | {"DJANGO_SETTINGS_MODULE": "semarang_resilience.settings.test"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    expected = [hashlib.sha256(set_once(kind, language).pdf).hexdigest() for kind, language in order]
    assert done.stdout.split() == expected


def test_the_doors_are_really_closed(frozen: dict[tuple[str, str], Frozen], tmp_path: Path) -> None:
    """The watcher of the test above refuses what it is meant to refuse."""
    script = (
        "import sys; from tests.documents.set_in_silence import _watch; sys.addaudithook(_watch)\n"
        "refused = 0\n"
        "import socket\n"
        "for attempt in (lambda: open('/etc/hostname'), lambda: open('manage.py.txt'),\n"
        "                lambda: socket.create_connection(('127.0.0.1', 1))):\n"
        "    try: attempt()\n"
        "    except PermissionError: refused += 1\n"
        "print(refused)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["3"], done.stderr


# -- nothing is fetched


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:1/picture.png",
        "https://example.org/style.css",
        "ftp://127.0.0.1/x",
        "/etc/hostname",
        "relative.png",
        "edition-asset:fonts/../../../etc/hostname",
        "edition-asset:settings/base.py",
        "edition-asset:style/../models.py",
    ],
)
@pytest.mark.parametrize("html", ['<img alt="x" src="{}">', '<link rel="stylesheet" href="{}">'])
def test_addresses_outside_of_the_portal_stop_the_work(address: str, html: str) -> None:
    composed = Composition(
        html=f'<html lang="id"><title>x</title>{html.format(address)}<p>x</p></html>',
        identity="x",
        frozen_at=AT,
        page_label="%(page)d",
    )
    with pytest.raises(rendering.CannotRender) as caught:
        rendering._set(rendering._weasyprint(), composed)
    assert caught.value.reason == "forbidden"


def test_prose_can_ask_for_nothing(frozen: dict[tuple[str, str], Frozen]) -> None:
    """Markdown pictures, raw HTML and style in what people typed end as text."""
    packed = json.loads(json.dumps(frozen["pra", "id"].packed))
    evil = '![x](file:///etc/hostname) <img src="http://x"> <style>@import "x"</style> <script>1</script>'
    for finding in packed["findings"]:
        finding["statement"]["text"] = evil
        finding["title"]["text"] = '<img src="file:///etc/hostname">'
    snapshot = load(packed)
    html = compose(snapshot, snapshot_sha256="0" * 64, on_chapter=lambda *_: None).html
    assert "<img" not in html
    assert "<script" not in html
    assert "<style" not in html
    assert "&lt;img src=" in html


def test_missing_libraries_have_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(rendering.CannotRender) as caught:
        rendering.render(object(), snapshot_sha256="0" * 64)
    assert caught.value.reason == "native_libraries"
    assert not rendering.is_available()


def test_missing_fonts_have_a_reason(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    assets.read.cache_clear()
    composed = Composition(
        html='<html lang="id"><link rel="stylesheet" href="edition-asset:style/edition.css">x</html>',
        identity="x",
        frozen_at=AT,
        page_label="%(page)d",
    )
    with pytest.raises(rendering.CannotRender) as caught:
        rendering._set(rendering._weasyprint(), composed)
    assert caught.value.reason == "assets"
    assets.read.cache_clear()


# -- what it says


def test_texts_without_translation_say_so(frozen: dict[tuple[str, str], Frozen]) -> None:
    packed = json.loads(json.dumps(frozen["pra", "en"].packed))
    packed["findings"][0]["title"] = {"text": "Hanya Indonesia", "language": "id"}
    html = compose(load(packed), snapshot_sha256="0" * 64, on_chapter=lambda *_: None).html
    assert '<span lang="id">Hanya Indonesia</span>' in html
    assert "in Indonesian only" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_approved_is_in_the_assessment(
    frozen: dict[tuple[str, str], Frozen], language: str
) -> None:
    one = frozen["pra", language]
    html = _compose(one).html
    for finding in one.packed["findings"]:
        assert f'id="temuan-{finding["code"]}"' in html
    for area in one.packed["focus_areas"]:
        assert area["decision_reason"]["text"].split(".")[0][:30] in html.replace("&#x27;", "'")
    for place, _source in enumerate(one.packed["sources"], start=1):
        assert f'id="sumber-{place}"' in html
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors, "no reference leads nowhere"


def test_the_imprint_names_the_checksum_of_the_content(frozen: dict[tuple[str, str], Frozen]) -> None:
    one = frozen["crs", "id"]
    assert one.sha256[:8] in _compose(one).html
    assert one.sha256[-8:] in _compose(one).html
