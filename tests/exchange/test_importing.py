"""Preview, apply, undo: nothing before it is confirmed, everything or nothing, and back again."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.http import QueryDict
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.importing import jobs
from semarang_resilience.core.importing.models import ImportRow, ImportRun, ImportStatus
from semarang_resilience.core.importing.operations import (
    AlreadyApplied,
    ChangedSincePreview,
    ImportFailed,
    apply_import,
    expire_imports,
    forget_object,
    undo_import,
)
from semarang_resilience.core.importing.resources import resource_named
from semarang_resilience.core.models import Activity
from semarang_resilience.core.sheets.writing import csv_lines
from stakeholders.models import Organization, Person
from stakeholders.operations.organizations import create_organization, update_organization
from stakeholders.operations.personal_data import erase_person
from tests.exchange.conftest import Preview, actions, rows
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db

LIST = (
    "Kode;Nama;Sektor;Induk\n"
    "dinkes;Dinas Kesehatan;Pemerintah;\n"
    "rsud;RSUD;Pemerintah;dinkes\n"
    "media-a;Media A;Media;\n"
)


class TestPreview:
    def test_nothing_is_written_before_it_is_confirmed(self, preview: Preview) -> None:
        run = preview(LIST)
        assert run.counts == {"add": 3, "change": 0, "same": 0, "error": 0, "noted": 0}
        assert not Organization.objects.exists()
        assert not Activity.objects.exists()

    def test_each_row_says_what_it_would_do(self, preview: Preview, programme: Programme) -> None:
        programme.organization(code="lama", name="Lama", sector="media")
        programme.organization(code="sama", name="Sama", sector="media")
        run = preview("Kode;Nama;Sektor\nlama;Baru;Media\nsama;Sama;Media\nxy;Dua;Media\n;Tiga;Pemerinta\n")
        assert actions(run) == ["change", "same", "add", "error"]
        change, _same, _add, error = rows(run)
        assert (change.before, change.values) == ({"name": "Lama"}, {"name": "Baru"})
        assert "Did you mean “Government”" in error.errors["sector"] or "Pemerintah" in error.errors["sector"]
        assert error.raw["sector"] == "Pemerinta"

    def test_a_cell_that_is_not_understood_is_said_at_the_cell(self, preview: Preview) -> None:
        text = (
            "Kode;Nama;Sektor;Situs;Publik;Induk;Kecamatan\na b;A;Media;bukan alamat;mungkin;tiada;Atlantis\n"
        )
        (row,) = rows(preview(text))
        assert set(row.errors) == {"code", "website", "is_published", "parent", "district"}

    @pytest.mark.parametrize(
        ("text", "column"),
        [
            ("Kode;Nama;Sektor\na;;Media\n", "name"),
            ("Kode;Nama\na;A\n", "sector"),
            ("Kode;Nama;Sektor\nbaru;A;Media\n", "code"),
            ("Kode;Nama;Sektor;Induk\na;A;Media;a\n", "parent"),
            ("Kode;Nama;Sektor;Asal data\na;A;Media;Dikutip dari sumber\n", "source"),
        ],
        ids=["no name", "no sector", "reserved code", "own parent", "quotation without source"],
    )
    def test_rules_of_the_register_are_checked_in_the_preview(
        self, preview: Preview, text: str, column: str
    ) -> None:
        if column == "source":
            text = text.replace("Dikutip dari sumber", "quoted")
        (row,) = rows(preview(text))
        assert row.action == "error"
        assert column in row.errors

    def test_two_rows_of_one_code_are_not_guessed_at(self, preview: Preview) -> None:
        run = preview("Kode;Nama;Sektor\na;A;Media\na;B;Media\n")
        assert actions(run) == ["add", "error"]
        assert "Row 2" in rows(run)[1].errors[""]

    def test_a_row_below_a_row_with_a_problem_stays_out(self, preview: Preview) -> None:
        run = preview("Kode;Nama;Sektor;Induk\na;A;Warna;\nb;B;Media;a\nc;C;Media;b\n")
        assert actions(run) == ["error", "error", "error"]

    def test_duplicate_names_are_said_and_not_merged(self, preview: Preview, programme: Programme) -> None:
        programme.organization(code="bpbd", name="BPBD Kota", sector="government")
        run = preview("Kode;Nama;Sektor\nx;bpbd  KOTA;Pemerintah\ny;Yayasan Y;Media\nz;yayasan y.;Media\n")
        assert actions(run) == ["add", "add", "add"]
        assert ["bpbd" in str(row.notes) for row in rows(run)] == [True, False, False]
        assert "Row 3" in str(rows(run)[2].notes)

    def test_without_a_code_one_is_made_and_stays_the_same(self, preview: Preview, people: People) -> None:
        text = "Nama Lembaga;Unsur\nYayasan Bintari;LSM\nUniversitas Diponegoro;Kampus\n"
        run = preview(text)
        assert [row.key for row in rows(run)] == ["yayasan-bintari", "universitas-diponegoro"]
        apply_import(run=run, by=people.sari, at=AT)
        assert actions(preview(text)) == ["same", "same"]

    def test_without_a_code_a_known_name_is_not_entered_twice(
        self, preview: Preview, programme: Programme
    ) -> None:
        programme.organization(code="bpbd", name="Badan X", acronym="BX", former_names=["Kantor X"])
        for name in ("badan x", "BX", "Kantor X"):
            (row,) = rows(preview(f"Nama;Sektor\n{name};Pemerintah\n"))
            assert "bpbd" in row.errors["code"]

    def test_an_empty_cell_keeps_or_empties(self, preview: Preview, programme: Programme) -> None:
        programme.organization(code="a", name="A", acronym="AA", sector="media")
        text = "Kode;Nama;Singkatan\na;A;\n"
        assert actions(preview(text)) == ["same"]
        (row,) = rows(preview(text, empties=True))
        assert (row.action, row.before, row.values) == ("change", {"acronym": "AA"}, {"acronym": ""})

    def test_columns_that_are_not_in_the_file_stay(
        self, preview: Preview, people: People, programme: Programme
    ) -> None:
        programme.organization(code="a", name="A", acronym="AA", sector="media")
        apply_import(run=preview("Kode;Nama\na;B\n", empties=True), by=people.sari, at=AT)
        row = Organization.objects.get()
        assert (row.name, row.acronym) == ("B", "AA")

    def test_strangers_may_not_even_look(self, preview: Preview, people: People) -> None:
        with pytest.raises(NotAllowed):
            preview(LIST, by=people.bagas)

    def test_the_queries_do_not_grow_with_the_rows(self, preview: Preview) -> None:
        def asked(count: int) -> int:
            entries = "".join(f"o{n};Nama {n};Media;o0;Bagian {n}\n" for n in range(1, count))
            text = f"Kode;Nama;Sektor;Induk;Singkatan\no0;Induk;Media;;\n{entries}"
            with CaptureQueriesContext(connection) as queries:
                assert preview(text).counts["add"] == count
            return len(queries)

        asked(2)
        assert asked(10) == asked(400)


class TestApply:
    def test_rows_are_written_by_the_operations_parents_first(self, preview: Preview, people: People) -> None:
        run = preview("Kode;Nama;Sektor;Induk\nrsud;RSUD;Pemerintah;dinkes\ndinkes;Dinas;Pemerintah;\n")
        apply_import(run=run, by=people.sari, at=AT)
        assert Organization.objects.get(code="rsud").parent == Organization.objects.get(code="dinkes")
        verbs = list(Activity.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs == ["create_organization", "create_organization", "apply_import"]
        assert run.status == ImportStatus.APPLIED

    def test_the_same_file_again_changes_nothing(self, preview: Preview, people: People) -> None:
        apply_import(run=preview(LIST), by=people.sari, at=AT)
        again = preview(LIST)
        assert actions(again) == ["same", "same", "same"]
        with pytest.raises(Refused, match="nothing to import"):
            apply_import(run=again, by=people.sari, at=AT)

    def test_rows_with_problems_stay_out_and_the_rest_is_written(
        self, preview: Preview, people: People
    ) -> None:
        run = preview("Kode;Nama;Sektor\na;A;Media\nb;B;Warna\n")
        apply_import(run=run, by=people.sari, at=AT)
        assert list(Organization.objects.values_list("code", flat=True)) == ["a"]

    def test_all_or_nothing_with_the_reason_at_its_row(self, preview: Preview, people: People) -> None:
        """The register refuses a circle only when it is written; then nothing is."""
        run = preview("Kode;Nama;Sektor;Induk\na;A;Media;\nb;B;Media;a\n")
        apply_import(run=run, by=people.sari, at=AT)
        circle = preview("Kode;Nama;Sektor;Induk\nc;C;Media;\na;A;Media;b\n")
        with pytest.raises(ImportFailed):
            apply_import(run=circle, by=people.sari, at=AT)
        assert not Organization.objects.filter(code="c").exists()
        circle.refresh_from_db()
        assert circle.status == ImportStatus.PREVIEWED
        failed = ImportRow.objects.get(run=circle, action="error")
        assert "below one of its own parts" in failed.errors[""]
        assert circle.counts["error"] == 1

    def test_what_changed_since_the_preview_is_named_and_nothing_written(
        self, preview: Preview, people: People, programme: Programme
    ) -> None:
        row = programme.organization(code="a", name="Lama", sector="media")
        run = preview("Kode;Nama;Sektor\na;Dari berkas;Media\nb;B;Media\n")
        update_organization(organization=row, changes={"name": "Orang lain"}, by=people.sari, at=AT)
        with pytest.raises(ChangedSincePreview, match="Dari berkas"):
            apply_import(run=run, by=people.sari, at=AT)
        assert not Organization.objects.filter(code="b").exists()

    def test_a_row_that_somebody_else_entered_meanwhile(self, preview: Preview, people: People) -> None:
        run = preview("Kode;Nama;Sektor\na;A;Media\n")
        create_organization(code="a", name="Lain", sector="media", by=people.sari, at=AT)
        with pytest.raises(ChangedSincePreview):
            apply_import(run=run, by=people.sari, at=AT)

    def test_twice_is_once(self, preview: Preview, people: People) -> None:
        run = preview(LIST)
        apply_import(run=run, by=people.sari, at=AT)
        with pytest.raises(AlreadyApplied):
            apply_import(run=ImportRun.objects.get(), by=people.sari, at=AT)
        assert Organization.objects.count() == 3

    def test_only_who_may_import_confirms(self, preview: Preview, people: People) -> None:
        run = preview(LIST)
        with pytest.raises(NotAllowed):
            apply_import(run=run, by=people.bagas, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_the_same_moment_import_once(preview: Preview, people: People) -> None:
    run = preview(LIST)
    by, start, outcomes = people.sari, Barrier(2), []

    def confirm() -> None:
        try:
            start.wait()
            apply_import(run=ImportRun.objects.get(pk=run.pk), by=by, at=AT)
            outcomes.append("applied")
        except AlreadyApplied:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "refused"]
    assert Organization.objects.count() == 3
    assert Activity.objects.filter(verb="apply_import").count() == 1


class TestUndo:
    def test_new_rows_go_and_old_values_return(
        self, preview: Preview, people: People, programme: Programme
    ) -> None:
        programme.organization(code="media-a", name="Dulu", sector="private", acronym="D")
        before = set(Organization.objects.values_list("code", "name", "sector", "acronym", "parent"))
        run = preview(LIST)
        apply_import(run=run, by=people.sari, at=AT)
        undo_import(run=run, by=people.sari, at=AT)
        assert set(Organization.objects.values_list("code", "name", "sector", "acronym", "parent")) == before
        assert run.status == ImportStatus.UNDONE

    def test_what_was_changed_since_is_named_and_nothing_undone(
        self, preview: Preview, people: People
    ) -> None:
        run = preview(LIST)
        apply_import(run=run, by=people.sari, at=AT)
        row = Organization.objects.get(code="media-a")
        update_organization(organization=row, changes={"name": "Sesudah"}, by=people.sari, at=AT)
        with pytest.raises(ChangedSincePreview, match="Media A"):
            undo_import(run=run, by=people.sari, at=AT)
        assert Organization.objects.count() == 3

    def test_a_row_that_others_point_to_stays(
        self, preview: Preview, people: People, programme: Programme
    ) -> None:
        run = preview(LIST)
        apply_import(run=run, by=people.sari, at=AT)
        programme.person(Organization.objects.get(code="rsud"))
        with pytest.raises(ChangedSincePreview, match="RSUD"):
            undo_import(run=run, by=people.sari, at=AT)
        assert Organization.objects.count() == 3

    def test_only_once_and_only_what_was_done(self, preview: Preview, people: People) -> None:
        run = preview(LIST)
        with pytest.raises(Refused):
            undo_import(run=run, by=people.sari, at=AT)
        apply_import(run=run, by=people.sari, at=AT)
        undo_import(run=run, by=people.sari, at=AT)
        with pytest.raises(Refused):
            undo_import(run=run, by=people.sari, at=AT)


class TestForgetting:
    def test_a_preview_that_nobody_confirms_is_forgotten(self, preview: Preview, people: People) -> None:
        run = preview(LIST)
        assert expire_imports(at=AT + timedelta(hours=23)) == 0
        assert expire_imports(at=AT + timedelta(hours=25)) == 1
        run.refresh_from_db()
        assert run.status == ImportStatus.EXPIRED
        assert not ImportRow.objects.exists()
        with pytest.raises(Refused, match="expired"):
            apply_import(run=run, by=people.sari, at=AT)

    def test_an_old_import_can_no_longer_be_undone(self, preview: Preview, people: People) -> None:
        run = preview(LIST)
        apply_import(run=run, by=people.sari, at=AT)
        expire_imports(at=AT + timedelta(days=31))
        assert not ImportRow.objects.exists()
        with pytest.raises(Refused, match="too old"):
            undo_import(run=run, by=people.sari, at=AT)

    def test_what_imports_remember_about_somebody_can_be_erased(
        self, preview: Preview, people: People, programme: Programme
    ) -> None:
        programme.organization(code="a")
        run = preview("Nama;Instansi;HP\nBu Ani;a;0812\nPak Budi;a;0813\n", kind="orang")
        apply_import(run=run, by=people.sari, at=AT)
        first, second = rows(run)
        assert forget_object(kind="orang", pk=first.object_pk) == 1
        assert "0812" not in str([row.values for row in rows(run)])
        budi = Person.objects.get(pk=second.object_pk)
        erase_person(person=budi, reason="Diminta", by=people.ani, at=AT)
        assert rows(run) == []


class TestLongLists:
    """A worker writes them; what it owes stands in the row."""

    @pytest.fixture
    def long(self, preview: Preview, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
        monkeypatch.setattr(jobs, "AT_ONCE", 2)
        run = preview(LIST)
        assert jobs.is_long(run)
        return run

    def ask(self, run: ImportRun, people: People, job: str = "apply") -> list[int]:
        sent: list[int] = []
        with TestCase.captureOnCommitCallbacks(execute=True):
            jobs.ask_worker(run=run, job=job, by=people.sari, at=AT, send=sent.append)
        return sent

    def test_a_worker_writes_and_takes_back(self, long: ImportRun, people: People) -> None:
        assert self.ask(long, people) == [long.pk]
        assert not Organization.objects.exists()
        jobs.carry_out(run_id=long.pk, at=AT)
        assert Organization.objects.count() == 3
        long.refresh_from_db()
        assert (long.status, long.job, long.applied_by) == ("applied", "", people.sari)
        self.ask(long, people, "undo")
        jobs.carry_out(run_id=long.pk, at=AT)
        assert not Organization.objects.exists()

    def test_delivered_twice_is_done_once(self, long: ImportRun, people: People) -> None:
        self.ask(long, people)
        for _delivery in range(2):
            jobs.carry_out(run_id=long.pk, at=AT)
        assert Organization.objects.count() == 3
        assert not ImportRun.objects.get().failure

    def test_asked_twice_is_one_job(self, long: ImportRun, people: People) -> None:
        assert self.ask(long, people) == [long.pk]
        assert self.ask(long, people) == []

    def test_what_a_lost_broker_forgot_is_owed(self, long: ImportRun, people: People) -> None:
        def dead(_number: int) -> None:
            raise ConnectionError

        with TestCase.captureOnCommitCallbacks(execute=False) as callbacks:
            jobs.ask_worker(run=long, job="apply", by=people.sari, at=AT, send=dead)
        assert len(callbacks) == 1
        assert jobs.owed(at=AT) == []
        assert jobs.owed(at=AT + timedelta(minutes=3)) == [long.pk]

    def test_a_refusal_is_kept_for_who_asked_in_the_language_asked_in(
        self, long: ImportRun, people: People, programme: Programme
    ) -> None:
        self.ask(long, people)
        programme.organization(code="rsud", name="Lain")
        with translation.override("id"):
            jobs.carry_out(run_id=long.pk, at=AT)
        long.refresh_from_db()
        assert (long.status, long.job) == ("previewed", "")
        assert "Changed in the portal since the preview: RSUD" in long.failure

    def test_reasons_stay_at_the_rows(self, long: ImportRun, people: People) -> None:
        self.ask(long, people)
        ImportRow.objects.filter(run=long, key="media-a").update(
            values={"code": "media-a", "name": "x" * 999, "sector": "media"}
        )
        jobs.carry_out(run_id=long.pk, at=AT)
        assert not Organization.objects.exists()
        (row,) = ImportRow.objects.filter(run=long, action="error")
        assert "name" in row.errors


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
ENTRY = st.fixed_dictionaries(
    {
        "name": TEXT.filter(lambda text: text.strip("\xa0\u200b\ufeff ") and "\x00" not in text),
        "acronym": TEXT.map(lambda text: text.strip()[:40]),
        "sector": st.sampled_from(["government", "media", "donor"]),
        "is_published": st.booleans(),
        "former_names": st.lists(st.sampled_from(["Kantor A", "Dinas B, C", "D"]), unique=True, max_size=3),
    }
)


@given(entries=st.lists(ENTRY, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_export_and_import_is_unchanged_for_whatever_is_in_the_register(
    people: People, preview: Preview, entries: list[dict[str, object]]
) -> None:
    Organization.objects.all().delete()
    for number, entry in enumerate(entries):
        Organization.objects.create(code=f"o{number}", description="=1+1\r\n-dua", **entry)
    resource = resource_named("organisasi")
    cells = resource.cells_for_export(QueryDict(""), people.sari)
    text = "".join(csv_lines([str(column.heading) for column in resource.columns], cells, delimiter=";"))
    for empties in (False, True):
        run = preview(text, empties=empties)
        assert set(actions(run)) == {"same"}, [(row.errors, row.before, row.values) for row in rows(run)]
