"""Answering: drafts, review, the page that works offline."""

from django.urls import path

from assessment.views import survey_device, survey_files

urlpatterns = [
    path("survei/di-perangkat-ini/", survey_device.survey_device, name="survey_device"),
    path(
        "survei/<slug:slug>/isi/<str:token>/aplikasi.webmanifest",
        survey_device.survey_manifest,
        name="survey_manifest",
    ),
    path("kerja/survei/<slug:slug>/berkas/", survey_files.work_survey_file, name="work_survey_file"),
    path(
        "kerja/survei/<slug:slug>/berkas/terima/",
        survey_files.work_survey_file_take_in,
        name="work_survey_file_take_in",
    ),
]
