"""Pages of import and export: upload, preview, confirm, undo, template, what one sees taken away."""

import io
from time import monotonic, perf_counter, sleep
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from semarang_resilience.core.importing import jobs
from semarang_resilience.core.importing.models import ImportRun
from semarang_resilience.core.models import Activity
from stakeholders.models import ForumMembership, Organization, Person
from tests.exchange.conftest import actions
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db
WORK = "/en/kerja/impor/"
LIST = b"Kode;Nama;Sektor\na;Alfa;Media\nb;Beta;Warna\n"


def upload(client: Client, data: bytes, kind: str = "organisasi", language: str = "en", **more: str) -> Any:
    file = SimpleUploadedFile("daftar.csv", data)
    return client.post(f"/{language}/kerja/impor/{kind}/", {"file": file, "empties": "keep"} | more)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def content(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def sheets(answer: HttpResponse) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(answer)))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_upload_look_confirm_undo(client: Client, people: People) -> None:
    client.force_login(people.sari)
    answer = upload(client, LIST)
    run = ImportRun.objects.get()
    assert answer["Location"] == f"{WORK}berkas/{run.pk}/"
    shown = page(client, answer["Location"])
    assert "Nothing has been written yet" in shown
    assert "1 row with a problem stays out." in shown
    assert "“Warna” is not in the list" in shown
    assert "C3" in shown
    assert not Organization.objects.exists()
    client.post(f"{WORK}berkas/{run.pk}/terapkan/")
    assert [row.code for row in Organization.objects.all()] == ["a"]
    again = client.post(f"{WORK}berkas/{run.pk}/terapkan/", follow=True)
    assert "carried out already" in again.content.decode()
    assert "daftar.csv" in page(client, WORK)
    done = client.post(f"{WORK}berkas/{run.pk}/urungkan/", follow=True)
    assert "The import was undone" in done.content.decode()
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("language", "data", "sentence"),
    [
        ("id", b"", "Berkas ini kosong"),
        ("en", b"", "The file is empty"),
        ("id", b"<html>", "sebenarnya halaman web"),
        ("en", b"satu;dua\na;b\n", "No row of headings was found"),
        ("id", b"satu;dua\na;b\n", "Baris judul kolom tidak ditemukan"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_at_its_field(
    client: Client, people: People, language: str, data: bytes, sentence: str
) -> None:
    client.force_login(people.sari)
    answer = upload(client, data, language=language)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "data-error-summary" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_no_file_at_all(client: Client, people: People) -> None:
    client.force_login(people.sari)
    assert client.post(f"{WORK}organisasi/", {"empties": "keep"}).status_code == 422


def test_old_and_new_values_stand_side_by_side(client: Client, people: People, programme: Programme) -> None:
    programme.organization(code="a", name="Nama lama", sector="media")
    client.force_login(people.sari)
    shown = page(client, upload(client, b"Kode;Nama;Sektor\na;Nama baru;Media\n")["Location"])
    assert "Nama lama</del>" in shown
    assert "<ins>Nama baru" in shown


def test_what_people_typed_is_escaped(client: Client, people: People) -> None:
    client.force_login(people.sari)
    shown = page(
        client, upload(client, b"Kode;Nama;Sektor;<b>x</b>\na;<script>y</script>;<i>z</i>\n")["Location"]
    )
    assert "<script>y" not in shown
    assert "<i>z" not in shown
    assert "<b>x" not in shown


def test_five_thousand_rows_take_seconds_and_are_read_page_by_page(client: Client, people: People) -> None:
    rows = "".join(f"org-{n};Organisasi nomor {n};Pemerintah;Kota\n" for n in range(5_000))
    data = f"Kode;Nama;Sektor;Tingkat\n{rows}".encode()
    client.force_login(people.sari)
    began = perf_counter()
    answer = upload(client, data)
    assert perf_counter() - began < 20  # one to two seconds on a machine of its own
    with CaptureQueriesContext(connection) as queries:
        shown = page(client, f"{answer['Location']}?page=77")
    assert len(queries) < 12
    assert "Organisasi nomor 3800" in shown
    assert len(shown) < 200_000


def test_a_long_list_is_left_to_a_worker(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    client.force_login(people.sari)
    url = upload(client, b"Kode;Nama;Sektor\na;A;Media\nb;B;Media\n")["Location"]
    shown = client.post(f"{url}terapkan/", follow=True).content.decode()
    assert "The list is being imported" in shown
    assert f'hx-get="{url}pekerjaan/"' in shown
    assert not Organization.objects.exists()
    jobs.carry_out(run_id=ImportRun.objects.get().pk, at=AT)
    done = client.get(f"{url}pekerjaan/")
    assert done["HX-Refresh"] == "true"
    assert "This list was imported" in page(client, url)


@pytest.mark.slow
def test_a_real_worker_writes_a_long_list(
    transactional_db: None, client: Client, start_worker: Any, people: People
) -> None:
    start_worker()
    client.force_login(people.sari)
    rows = "".join(f"o{n};Organisasi {n};Media\n" for n in range(400))
    url = upload(client, f"Kode;Nama;Sektor\n{rows}".encode())["Location"]
    client.post(f"{url}terapkan/")
    until = monotonic() + 90
    while ImportRun.objects.get().status != "applied" and monotonic() < until:
        sleep(0.2)  # the worker is another process
    assert Organization.objects.count() == 400


def test_problems_can_be_taken_away_mended_and_uploaded_again(client: Client, people: People) -> None:
    client.force_login(people.sari)
    run_url = upload(client, LIST)["Location"]
    (table,) = sheets(client.get(f"{run_url}masalah/")).values()
    assert table[0] == ["Code", "Name", "Sector", "Problem"]
    assert table[1][:3] == ["b", "Beta", "Warna"]
    mended = openpyxl.Workbook()
    for row in table:
        mended.active.append([cell.replace("Warna", "Media") if cell == "Warna" else cell for cell in row])
    target = io.BytesIO()
    mended.save(target)
    upload(client, target.getvalue())
    run = ImportRun.objects.latest("pk")
    assert actions(run) == ["add"]
    assert run.plan["ignored"] == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", ["organisasi", "orang", "anggota"])
def test_the_template_can_be_uploaded_as_it_is(
    client: Client, people: People, programme: Programme, kind: str, language: str
) -> None:
    if kind != "organisasi":
        programme.organization(code="bpbd-kota")
    client.force_login(people.sari)
    answer = client.get(f"/{language}/kerja/impor/{kind}/templat/")
    found = sheets(answer)
    assert len(found) == 3
    data = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(content(client.get(f"/{language}/kerja/impor/{kind}/templat/"))))
    assert book.worksheets[0].freeze_panes == "A2"
    book.save(data)
    other = "en" if language == "id" else "id"
    assert upload(client, data.getvalue(), kind=kind, language=other).status_code == 302
    assert actions(ImportRun.objects.get()) == ["add"]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_taken_away_comes_back_unchanged(
    client: Client, people: People, programme: Programme, format: str, language: str
) -> None:
    parent = programme.organization(
        code="induk", description_id="Baris satu\r\n=SUM(A1)", website="https://a.id"
    )
    programme.organization(code="anak", parent=parent, acronym="-A", former_names=["Dinas B, C"])
    person = programme.person(
        parent, name="Bu Ani", phone="+62 812", email="ani@contoh.semarang", gender="female"
    )
    programme.member(person, expertise=["7", "9"])
    programme.person(parent, name="Bu Ani")  # the same name twice
    ForumMembership.objects.create(cycle=programme.cycle, organization=parent, since="2015-07-01")
    client.force_login(people.sari)
    for kind in ("organisasi", "orang", "anggota"):
        answer = client.post(f"/{language}/kerja/ekspor/{kind}/", {"format": format})
        assert "no-store" in answer["Cache-Control"]
        upload(client, content(answer), kind=kind, empties="empty")
        run = ImportRun.objects.latest("pk")
        assert run.kind == kind
        assert set(actions(run)) == {"same"}, [(row.errors, row.before, row.values) for row in run.rows.all()]
        assert run.plan["ignored"] == []


def test_export_what_i_see(client: Client, people: People, programme: Programme) -> None:
    programme.organization(code="a", name="Alfa", sector="media")
    programme.organization(code="b", name="Beta", sector="donor")
    client.force_login(people.bagas)
    answer = client.post("/en/kerja/ekspor/organisasi/?sector=media&q=alf", {"format": "csv"})
    text = content(answer).decode("utf-8-sig")
    assert "Alfa" in text
    assert "Beta" not in text
    line = Activity.objects.get(verb="export_list")
    assert (line.actor, line.data) == (people.bagas, {"list": "organisasi", "format": "csv", "count": 1})


def test_people_are_only_for_those_who_work_with_them(
    client: Client, people: People, programme: Programme
) -> None:
    programme.person(name="Bu Rahasia")
    client.force_login(people.bagas)
    for kind in ("orang", "anggota"):
        assert client.post(f"/en/kerja/ekspor/{kind}/", {"format": "csv"}).status_code == 403
        assert client.get(f"{WORK}{kind}/").status_code == 403
    assert client.get("/en/kerja/ekspor/orang/").status_code == 405  # no link fetches it
    assert not Activity.objects.filter(verb="export_list").exists()


def test_an_unknown_list_is_not_found(client: Client, people: People) -> None:
    client.force_login(people.sari)
    assert client.get(f"{WORK}rahasia/").status_code == 404
    assert client.post("/en/kerja/ekspor/rahasia/").status_code == 404


def test_people_and_members_are_imported(client: Client, people: People, programme: Programme) -> None:
    programme.organization(code="bpbd", name="BPBD Kota Semarang")
    client.force_login(people.sari)
    listed = b"Nama Lengkap;Instansi;Jabatan;No HP;L/P\nBu Ani;BPBD Kota Semarang;Kepala;08123;P\n"
    client.post(f"{upload(client, listed, kind='orang')['Location']}terapkan/")
    ani = Person.objects.get()
    assert (ani.organization.code, ani.phone, ani.gender) == ("bpbd", "08123", "female")
    assert not ani.agreed_to_be_named
    forum = b"Instansi;Wakil;Peran;Keahlian;Sejak\nbpbd;Bu Ani;Ketua;7, 9;1 Juli 2015\n"
    client.post(f"{upload(client, forum, kind='anggota')['Location']}terapkan/")
    member = ForumMembership.objects.get()
    assert (member.person, member.role, member.expertise) == (ani, "chair", ["7", "9"])
    for kind, data in (("orang", listed), ("anggota", forum)):
        upload(client, data, kind=kind)
        assert actions(ImportRun.objects.latest("pk")) == ["same"]
    client.post(f"{WORK}berkas/{ImportRun.objects.get(kind='anggota', status='applied').pk}/urungkan/")
    client.post(f"{WORK}berkas/{ImportRun.objects.get(kind='orang', status='applied').pk}/urungkan/")
    assert not Person.objects.exists()


def test_an_empty_history_says_what_to_do(client: Client, people: People) -> None:
    client.force_login(people.sari)
    assert "Nothing has been imported yet" in page(client, WORK)
    client.force_login(people.bagas)
    assert client.get(WORK).status_code == 403
