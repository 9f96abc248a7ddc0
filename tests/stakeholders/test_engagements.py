"""Meetings: planned, held, written down, published; who was invited and who came; their files."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from semarang_resilience.core.uploads import accept_document
from stakeholders.models import Attendance, Engagement, EngagementFile, Person
from stakeholders.operations.attendance import add_walk_in, invite, remove_attendance, take_attendance
from stakeholders.operations.engagements import (
    attach_file,
    cancel_engagement,
    hold_engagement,
    plan_engagement,
    publish_engagement,
    remove_file,
    withdraw_engagement,
    write_minutes,
)
from stakeholders.operations.merging import merge_organizations
from tests.actions.test_races import at_once
from tests.guards.conftest import picture_upload
from tests.support.pages import queries, text
from tests.support.plan import AT, People, Programme

DAY = date(2016, 6, 1)
WORK, PUBLIC = "/en/kerja/forum/pertemuan/", "/en/forum/pertemuan/"
PDF = b"%PDF-1.7\n%%EOF\n"


def meeting(programme: Programme, **fields: Any) -> Engagement:
    values = {"code": "fgd-1", "kind": "fgd", "held_on": DAY, "title_id": "FGD air", "title_en": "Water FGD"}
    return plan_engagement(cycle=programme.cycle, by=programme.people.sari, at=AT, **(values | fields))


def who(programme: Programme) -> dict[str, Any]:
    return {"by": programme.people.sari, "at": AT}


@pytest.mark.django_db
class TestLife:
    def test_planned_held_written_published_and_taken_back(self, programme: Programme) -> None:
        engagement = meeting(programme, agenda_id="- Air", agenda_en="- Water")
        hold_engagement(engagement=engagement, on=DAY, **who(programme))
        with pytest.raises(Refused) as refusal:
            publish_engagement(engagement=engagement, with_minutes=True, **who(programme))
        assert refusal.value.code == "no_minutes"
        changes = {"minutes_id": "Isi", "minutes_en": "Content", "outputs_id": "Hasil"}
        write_minutes(engagement=engagement, changes=changes, **who(programme))
        publish_engagement(engagement=engagement, with_minutes=True, **who(programme))
        assert (engagement.is_published, engagement.are_minutes_public) == (True, True)
        withdraw_engagement(engagement=engagement, **who(programme))
        engagement.refresh_from_db()
        assert (engagement.is_published, engagement.are_minutes_public) == (False, False)
        verbs = Activity.objects.filter(target_id=str(engagement.pk)).order_by("pk")
        assert list(verbs.values_list("verb", flat=True)) == [
            "plan_engagement",
            "hold_engagement",
            "write_minutes",
            "publish_engagement",
            "withdraw_engagement",
        ]

    def test_what_lies_ahead_was_not_held(self, programme: Programme) -> None:
        engagement = meeting(programme)
        with pytest.raises(Refused) as refusal:
            hold_engagement(engagement=engagement, on=DAY - timedelta(days=1), **who(programme))
        assert refusal.value.code == "still_ahead"

    def test_cancelling_needs_a_reason_and_ends_it(self, programme: Programme) -> None:
        engagement = meeting(programme)
        with pytest.raises(Refused) as refusal:
            cancel_engagement(engagement=engagement, reason=" ", **who(programme))
        assert refusal.value.code == "no_reason"
        cancel_engagement(engagement=engagement, reason="Banjir", **who(programme))
        for operation in (
            lambda: hold_engagement(engagement=engagement, on=DAY, **who(programme)),
            lambda: invite(engagement=engagement, memberships=[], **who(programme)),
            lambda: take_attendance(engagement=engagement, attended=[], excused=[], **who(programme)),
        ):
            with pytest.raises(Refused):
                operation()
        with pytest.raises(IntegrityError), transaction.atomic():
            Engagement.objects.filter(pk=engagement.pk).update(cancelled_reason="")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"until": DAY - timedelta(days=1)}, ""), ({"kind": "dance"}, "kind"), ({"code": "x y"}, "code")],
    )
    def test_wrong_values_are_refused(self, programme: Programme, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            meeting(programme, **fields)
        assert field in refusal.value.fields

    def test_a_code_is_used_once_in_all_cycles(self, programme: Programme) -> None:
        meeting(programme)
        other = Programme(programme.people, slug="2026")
        with pytest.raises(Invalid):
            meeting(other)


@pytest.mark.django_db
class TestAttendance:
    def test_members_are_invited_once(self, programme: Programme) -> None:
        engagement, members = meeting(programme), [programme.member(), programme.member()]
        assert invite(engagement=engagement, memberships=members[:1], **who(programme)) == 1
        assert invite(engagement=engagement, memberships=members, **who(programme)) == 1
        assert invite(engagement=engagement, memberships=members, **who(programme)) == 0

    def test_ticks_are_set_and_taken_back(self, programme: Programme) -> None:
        engagement = meeting(programme)
        invite(engagement=engagement, memberships=[programme.member() for _ in range(4)], **who(programme))
        a, b, c, d = (row.pk for row in engagement.attendances.order_by("pk"))

        def states() -> list[str]:
            return list(engagement.attendances.order_by("pk").values_list("state", flat=True))

        def tick(**marks: Any) -> int:
            marks = {"attended": [], "excused": []} | marks
            return take_attendance(engagement=engagement, **marks, **who(programme))["changed"]

        Attendance.objects.filter(pk=d).update(state="confirmed")
        assert tick(attended=[a, b], excused=[b, c]) == 3
        assert states() == ["attended", "attended", "excused", "confirmed"]
        assert tick(attended=[a]) == 2
        assert states() == ["attended", "invited", "invited", "confirmed"]
        assert tick(attended=[a], rest_is_absent=True) == 3
        assert states() == ["attended", "absent", "absent", "absent"]
        assert tick(attended=[a, 10**9], rest_is_absent=True) == 0

    def test_somebody_walks_in(self, programme: Programme) -> None:
        engagement, organization = meeting(programme), programme.organization()
        first = add_walk_in(engagement=engagement, organization=organization, name="Bu Ana", **who(programme))
        assert (first.state, first.person.name, first.person.organization) == (
            "attended",
            "Bu Ana",
            organization,
        )
        again = add_walk_in(engagement=engagement, organization=organization, name="bu ana", **who(programme))
        assert again.pk == first.pk
        assert Person.objects.filter(name="Bu Ana").count() == 1
        alone = add_walk_in(engagement=engagement, organization=organization, **who(programme))
        assert alone.person is None

    def test_who_came_stays_on_the_list_others_can_be_taken_off(self, programme: Programme) -> None:
        engagement = meeting(programme)
        came = add_walk_in(engagement=engagement, organization=programme.organization(), **who(programme))
        with pytest.raises(Refused) as refusal:
            remove_attendance(attendance=came, **who(programme))
        assert refusal.value.code == "took_part"
        take_attendance(engagement=engagement, attended=[], excused=[], **who(programme))
        came.refresh_from_db()
        remove_attendance(attendance=came, **who(programme))
        assert not engagement.attendances.exists()

    def test_a_merged_organisation_walks_in_no_more(self, programme: Programme) -> None:
        winner, loser = programme.organization(), programme.organization()
        merge_organizations(winner=winner, loser=loser, **who(programme))
        with pytest.raises(Refused) as refusal:
            add_walk_in(engagement=meeting(programme), organization=loser, **who(programme))
        assert refusal.value.code == "merged"

    def test_only_the_cro_office_works_on_meetings(self, programme: Programme, people: People) -> None:
        engagement = meeting(programme)
        for name in ("bagas", "ani", "mitra"):
            by = {"by": getattr(people, name), "at": AT}
            for attempt in (
                lambda by=by: plan_engagement(cycle=programme.cycle, code="x", kind="fgd", held_on=DAY, **by),
                lambda by=by: hold_engagement(engagement=engagement, on=DAY, **by),
                lambda by=by: invite(engagement=engagement, memberships=[], **by),
                lambda by=by: take_attendance(engagement=engagement, attended=[], excused=[], **by),
            ):
                with pytest.raises(NotAllowed):
                    attempt()


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_walk_in_at_once_make_one_line() -> None:
    programme = Programme(People())
    engagement, organization = meeting(programme), programme.organization()
    by = who(programme)

    def add() -> Any:
        own = Engagement.objects.get(pk=engagement.pk)
        return add_walk_in(engagement=own, organization=organization, name="Bu Ana", **by)

    assert not any(isinstance(each, Refused) for each in at_once(add, add, add))
    assert engagement.attendances.count() == 1
    assert Person.objects.filter(name="Bu Ana").count() == 1


@pytest.mark.django_db
class TestFiles:
    @pytest.fixture(autouse=True)
    def files(self, settings: Any, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = str(tmp_path)

    def attach(self, programme: Programme, engagement: Engagement, **fields: Any) -> EngagementFile:
        file = accept_document(SimpleUploadedFile("berkas.pdf", PDF))
        values = {"kind": "slides", "title": "Paparan"} | fields
        return attach_file(engagement=engagement, file=file, **values, **who(programme))

    def test_an_attendance_list_never_becomes_public(self, programme: Programme) -> None:
        with pytest.raises(Refused) as refusal:
            self.attach(programme, meeting(programme), kind="attendance", is_public=True)
        assert refusal.value.code == "personal_data"

    def test_who_may_open_which_file(self, client: Client, people: People, programme: Programme) -> None:
        engagement = meeting(programme)
        files = {
            "public": self.attach(programme, engagement, is_public=True),
            "office": self.attach(programme, engagement),
            "staff": self.attach(programme, engagement, kind="attendance"),
        }
        urls = {name: f"{PUBLIC}fgd-1/berkas/{file.pk}/" for name, file in files.items()}

        def seen() -> set[str]:
            return {name for name, url in urls.items() if client.get(url).status_code == 200}

        assert seen() == set()  # the meeting has no public page yet
        publish_engagement(engagement=engagement, with_minutes=False, **who(programme))
        assert seen() == {"public"}
        client.force_login(people.mitra)
        assert seen() == {"public"}
        client.force_login(people.bagas)
        assert seen() == {"public", "office"}
        client.force_login(people.sari)
        assert seen() == {"public", "office", "staff"}
        response = client.get(urls["office"])
        assert response["Content-Disposition"].startswith("attachment")
        assert b"".join(response.streaming_content) == PDF

    def test_a_removed_file_leaves_the_storage_and_a_line(
        self, programme: Programme, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        file = self.attach(programme, meeting(programme))
        assert [path for path in tmp_path.rglob("*") if path.is_file()]
        with django_capture_on_commit_callbacks(execute=True):
            remove_file(file=file, **who(programme))
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        assert Activity.objects.order_by("-pk")[0].data["title"] == "Paparan"

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("skrip.html", b"<script>alert(1)</script>", "not a file of a kind"),
            ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a file of a kind"),
            ("kosong.pdf", b"", "empty"),
            ("program.pdf", b"MZ\x90\x00", "not a file of a kind"),
        ],
    )
    def test_other_files_are_refused_with_a_sentence(
        self, client: Client, people: People, programme: Programme, name: str, content: bytes, words: str
    ) -> None:
        meeting(programme)
        client.force_login(people.sari)
        upload = SimpleUploadedFile(name, content, content_type="application/pdf")
        values = {"kind": "slides", "title": "Judul yang diketik", "file": upload}
        response = client.post(f"{WORK}fgd-1/berkas/", values)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert "Judul yang diketik" in response.content.decode()
        assert not EngagementFile.objects.exists()

    def test_a_logo_is_drawn_anew_and_served_only_where_the_page_is(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization(code="kampus")
        client.force_login(people.sari)
        values = {
            "name": organization.name,
            "sector": "government",
            "level": "city",
            "provenance": "office",
            "is_published": "on",
        }
        edit, logo = "/en/kerja/forum/kampus/ubah/", "/en/forum/mitra/kampus/logo/"
        assert client.post(edit, values | {"logo": picture_upload()}).status_code == 302
        client.logout()
        response = client.get(logo)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert logo in text(client, "/en/forum/mitra/kampus/")
        client.force_login(people.sari)
        bad = SimpleUploadedFile("logo.svg", b"<svg/>", content_type="image/png")
        assert client.post(edit, values | {"logo": bad}).status_code == 422
        assert client.post(edit, values | {"remove_logo": "on"}).status_code == 302
        assert client.get(logo).status_code == 404


@pytest.mark.django_db
class TestPages:
    def test_a_meeting_is_entered_and_its_list_ticked(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        assert programme.drivers
        member = programme.member(programme.person(programme.organization(sector="media")))
        programme.member()
        client.force_login(people.sari)
        values = {
            "code": "lok-1",
            "kind": "workshop",
            "title_id": "Lokakarya",
            "held_on": "2016-06-01",
            "provenance": "office",
        }
        assert client.post(f"{WORK}baru/", values | {"until": "2016-05-01"}).status_code == 422
        assert client.post(f"{WORK}baru/", values).status_code == 302
        assert client.post(f"{WORK}baru/", values).status_code == 422  # the code is taken
        assert client.post(f"{WORK}lok-1/undang/", {"sectors": ["media"]}).status_code == 302
        line = Attendance.objects.get()
        assert line.person == member.person
        assert f'value="{line.pk}"' in text(client, f"{WORK}lok-1/hadir/")
        assert client.post(f"{WORK}lok-1/hadir/", {"attended": [line.pk, "x"]}).status_code == 302
        walk_in = {"organization": programme.organization(name="Radio").pk, "name": "Pak Baru"}
        assert client.post(f"{WORK}lok-1/hadir/tambah/", walk_in).status_code == 302
        assert client.post(f"{WORK}lok-1/hadir/tambah/", {"name": "Tanpa"}).status_code == 422
        assert Attendance.objects.attended().count() == 2
        assert client.post(f"{WORK}lok-1/notula/", {"minutes_id": "Isi **tebal**"}).status_code == 302
        assert client.post(f"{WORK}lok-1/langkah/terlaksana/").status_code == 302
        assert client.post(f"{WORK}lok-1/langkah/terbit/", {"minutes": "1"}).status_code == 302
        assert client.post(f"{WORK}lok-1/langkah/entah/").status_code == 404
        assert "<strong>tebal</strong>" in text(client, f"{PUBLIC}lok-1/")
        page = text(client, f"{WORK}lok-1/")
        assert "Attendance was taken at" in page

    def test_the_public_page_names_who_agreed_and_hides_minutes_that_are_not_public(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        engagement = meeting(programme, minutes_id="Isi rahasia")
        shown = programme.organization(name="Kampus Terbuka")
        for organization, name, agreed in (
            (shown, "Bu Setuju", True),
            (shown, "Pak Diam", False),
            (programme.organization(name="Tertutup", is_published=False), "Bu Tertutup", False),
        ):
            person = programme.person(organization, name=name, agreed_to_be_named=agreed)
            add_walk_in(engagement=engagement, organization=organization, person=person, **who(programme))
        url = f"{PUBLIC}fgd-1/"
        assert client.get(url).status_code == 404
        publish_engagement(engagement=engagement, with_minutes=False, **who(programme))
        for language, title in (("en", "Water FGD"), ("id", "FGD air")):
            page = text(client, url.replace("/en/", f"/{language}/"))
            assert title in page
            assert "Kampus Terbuka" in page
            assert "Bu Setuju" in page
            for hidden in ("Pak Diam", "Bu Tertutup", "Tertutup", "Isi rahasia"):
                assert hidden not in page
        assert "and 1 organisation without a public page" in text(client, url)
        assert "Water FGD" in text(client, PUBLIC)
        assert "Water FGD" in text(client, "/en/forum/mitra/" + shown.code + "/")
        client.force_login(people.bagas)
        assert "Isi rahasia" in text(client, url)
        assert "Pak Diam" not in text(client, f"{WORK}fgd-1/")  # leadership reads no attendance by name

    def test_the_years_count_meetings_not_people(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization(name="Kampus")
        for number, year in enumerate((2015, 2016, 2016)):
            engagement = meeting(programme, code=f"m-{number}", held_on=date(year, 5, 1))
            for _ in range(2):
                person = programme.person(organization)
                state = "attended" if number != 1 else "absent"
                Attendance.objects.create(
                    engagement=engagement, organization=organization, person=person, state=state
                )
        client.force_login(people.sari)
        page = text(client, "/en/kerja/forum/kehadiran/")
        cells = [cell.split("<")[0] for cell in page.split('<td class="num">')[1:]]
        assert cells[:2] == ["1 of 1", "1 of 2"]
        assert "2 of 3" in page

    def test_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        engagement = meeting(programme)
        publish_engagement(engagement=engagement, with_minutes=False, **who(programme))

        def add(number: int) -> None:
            other = meeting(programme, code=f"m-{number}", held_on=DAY - timedelta(days=number))
            publish_engagement(engagement=other, with_minutes=False, **who(programme))
            for each in (engagement, other):
                add_walk_in(
                    engagement=each,
                    organization=programme.organization(),
                    name=f"P {number}",
                    **who(programme),
                )
            Attendance.objects.create(
                engagement=other, organization_id=engagement.attendances.order_by("pk")[0].organization_id
            )

        add(0)
        first = engagement.attendances.order_by("pk")[0]
        urls = [
            PUBLIC,
            f"{PUBLIC}fgd-1/",
            WORK,
            f"{WORK}fgd-1/",
            f"{WORK}fgd-1/hadir/",
            "/en/kerja/forum/kehadiran/",
            "/en/kerja/forum/kehadiran/?by=orang",
            f"/en/kerja/forum/{first.organization.code}/",
            reverse("stakeholders:work_person", args=[first.person_id]),
        ]
        client.force_login(people.sari)
        before = [queries(client, url) for url in urls]
        for number in range(1, 50):
            add(number)
        assert [queries(client, url) for url in urls] == before
