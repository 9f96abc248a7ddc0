"""Surveys in public: about them, the form, the receipt, the results."""

from django.urls import path

from assessment.views import survey_form, survey_receipt, surveys

urlpatterns = [
    path("survei/", surveys.survey_list, name="survey_list"),
    path("survei/terima/<str:receipt>/", survey_receipt.survey_receipt, name="survey_receipt"),
    path("survei/<slug:slug>/", surveys.survey, name="survey"),
    path("survei/<slug:slug>/isi/<str:token>/", survey_form.survey_form, name="survey_form"),
]
