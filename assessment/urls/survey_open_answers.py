"""Reading and coding answers in words."""

from django.urls import path

from assessment.views import survey_open_answers as views

BASE = "kerja/survei/<slug:slug>/jawaban-terbuka/"
urlpatterns = [
    path(BASE, views.work_survey_open_answers, name="work_survey_open_answers"),
    path(f"{BASE}baca/<uuid:pk>/", views.work_open_answer, name="work_open_answer"),
    path(f"{BASE}tema/<int:pk>/", views.work_theme, name="work_theme"),
    path(f"{BASE}tema/<int:pk>/gabung/", views.work_theme_merge, name="work_theme_merge"),
    path(f"{BASE}tema/<int:pk>/hapus/", views.work_theme_remove, name="work_theme_remove"),
    path(f"{BASE}<slug:key>/", views.work_open_question, name="work_open_question"),
    path(f"{BASE}<slug:key>/lanjut/", views.work_open_next, name="work_open_next"),
    path(f"{BASE}<slug:key>/tema-baru/", views.work_theme_new, name="work_theme_new"),
]
