"""Paper sheets and workshops."""

from django.urls import path

from assessment.views import survey_paper, survey_short_link, survey_workshops, workshop_room

PAPER = "kerja/survei/<slug:slug>/kertas/"
WORKSHOPS = "kerja/survei/<slug:slug>/lokakarya/"

urlpatterns = [
    path("s/<str:code>/", survey_short_link.short_link, name="survey_short_link"),
    path("lokakarya/", workshop_room.join, name="workshop_join"),
    path("lokakarya/<str:code>/", workshop_room.room, name="workshop_room"),
    path("lokakarya/<str:code>/jawab/", workshop_room.answer, name="workshop_answer"),
    path("lokakarya/<str:code>/keadaan/", workshop_room.state, name="workshop_state"),
    path("lokakarya/<str:code>/layar/", workshop_room.screen, name="workshop_screen"),
    path("lokakarya/<str:code>/layar/keadaan/", workshop_room.screen_state, name="workshop_screen_state"),
    path(PAPER, survey_paper.overview, name="work_survey_paper"),
    path(f"{PAPER}isi/", survey_paper.entry, name="work_survey_paper_entry"),
    path(f"{PAPER}ganda/", survey_paper.double_entry, name="work_survey_paper_double"),
    path(f"{PAPER}hitung/", survey_paper.count, name="work_survey_paper_count"),
    path(f"{PAPER}sisihkan/", survey_paper.set_aside, name="work_survey_paper_set_aside"),
    path(f"{PAPER}<int:pk>/", survey_paper.sheet, name="work_survey_paper_sheet"),
    path(f"{PAPER}<int:pk>/ubah/", survey_paper.correct, name="work_survey_paper_correct"),
    path(f"{PAPER}<int:pk>/tarik/", survey_paper.withdraw, name="work_survey_paper_withdraw"),
    path(WORKSHOPS, survey_workshops.workshops, name="work_survey_workshops"),
    path(f"{WORKSHOPS}<int:pk>/", survey_workshops.workshop, name="work_survey_workshop"),
    path(f"{WORKSHOPS}<int:pk>/keadaan/", survey_workshops.workshop_state, name="work_survey_workshop_state"),
    *(
        path(
            f"{WORKSHOPS}<int:pk>/{word}/",
            survey_workshops.workshop_step,
            {"step": step},
            name=f"work_survey_workshop_{step}",
        )
        for word, step in {
            "buka": "open",
            "tutup": "close",
            "tampilkan": "show",
            "akhiri": "end",
            "buang": "discard",
        }.items()
    ),
]
