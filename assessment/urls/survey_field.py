"""Paper sheets and workshops."""

from django.urls import path

from assessment.views import survey_paper, survey_short_link

PAPER = "kerja/survei/<slug:slug>/kertas/"

urlpatterns = [
    path("s/<str:code>/", survey_short_link.short_link, name="survey_short_link"),
    path(PAPER, survey_paper.overview, name="work_survey_paper"),
    path(f"{PAPER}isi/", survey_paper.entry, name="work_survey_paper_entry"),
    path(f"{PAPER}ganda/", survey_paper.double_entry, name="work_survey_paper_double"),
    path(f"{PAPER}hitung/", survey_paper.count, name="work_survey_paper_count"),
    path(f"{PAPER}sisihkan/", survey_paper.set_aside, name="work_survey_paper_set_aside"),
    path(f"{PAPER}<int:pk>/", survey_paper.sheet, name="work_survey_paper_sheet"),
    path(f"{PAPER}<int:pk>/ubah/", survey_paper.correct, name="work_survey_paper_correct"),
    path(f"{PAPER}<int:pk>/tarik/", survey_paper.withdraw, name="work_survey_paper_withdraw"),
]
