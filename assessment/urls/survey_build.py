"""Building a survey: sections, questions, bank, versions, preview, XLSForm."""

from django.urls import path

from assessment.views import survey_bank, survey_build, survey_questions, survey_versions, survey_xlsform

SURVEY = "kerja/survei/<slug:slug>/"
BUILDER = f"{SURVEY}susun/"
SECTION = f"{BUILDER}bagian/<int:pk>/"
QUESTION = f"{BUILDER}pertanyaan/<int:pk>/"
VERSION = f"{SURVEY}versi/<int:number>/"
BANK = "kerja/survei/bank/"

urlpatterns = [
    path("kerja/survei/baru/", survey_build.new, name="work_survey_new"),
    path(BANK, survey_bank.bank, name="work_bank"),
    path(f"{BANK}baru/<slug:kind>/", survey_bank.bank_new, name="work_bank_new"),
    path(f"{BANK}<slug:key>/", survey_bank.bank_question, name="work_bank_question"),
    path(f"{BANK}<slug:key>/<slug:step>/", survey_bank.bank_offer, name="work_bank_offer"),
    path(f"{SURVEY}ubah/", survey_build.edit, name="work_survey_edit"),
    path(f"{SURVEY}hapus/", survey_build.delete, name="work_survey_delete"),
    path(BUILDER, survey_build.builder, name="work_survey_builder"),
    path(f"{BUILDER}bagian/", survey_questions.section_new, name="work_survey_section_new"),
    path(SECTION, survey_questions.section, name="work_survey_section"),
    path(f"{SECTION}pindah/", survey_questions.section_move, name="work_survey_section_move"),
    path(f"{SECTION}hapus/", survey_questions.section_remove, name="work_survey_section_remove"),
    path(f"{SECTION}tanya/<slug:kind>/", survey_questions.question_new, name="work_survey_question_new"),
    path(QUESTION, survey_questions.question, name="work_survey_question"),
    path(f"{QUESTION}pindah/", survey_questions.question_move, name="work_survey_question_move"),
    path(f"{QUESTION}hapus/", survey_questions.question_remove, name="work_survey_question_remove"),
    path(f"{QUESTION}syarat/", survey_questions.condition, name="work_survey_condition"),
    path(f"{QUESTION}simpan-di-bank/", survey_questions.question_keep, name="work_survey_question_keep"),
    path(f"{BUILDER}dari-bank/", survey_bank.take, name="work_survey_take"),
    path(f"{SURVEY}pratinjau/", survey_build.preview, name="work_survey_preview"),
    path(f"{SURVEY}pratinjau/formulir/", survey_build.preview_form, name="work_survey_preview_form"),
    path(f"{SURVEY}versi/", survey_versions.versions, name="work_survey_versions"),
    path(f"{SURVEY}versi/baru/", survey_versions.start, name="work_survey_version_start"),
    path(VERSION, survey_versions.version, name="work_survey_version"),
    path(f"{VERSION}terbitkan/", survey_versions.publish, name="work_survey_version_publish"),
    path(f"{VERSION}buang/", survey_versions.discard, name="work_survey_version_discard"),
    path(f"{VERSION}xlsform/", survey_xlsform.download, name="work_survey_xlsform"),
    path(f"{SURVEY}xlsform/", survey_xlsform.upload, name="work_survey_import"),
    path(f"{SURVEY}xlsform/terima/", survey_xlsform.confirm, name="work_survey_import_confirm"),
]
