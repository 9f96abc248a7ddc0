"""Addresses of the API, version 1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from .v1 import answering, views

router = DefaultRouter()
router.include_format_suffixes = False  # there is one format: JSON
router.register("cycles", views.CycleView, "cycle")
router.register("organizations", views.OrganizationView, "organization")
router.register("hazards", views.HazardView, "hazard")
router.register("surveys", views.SurveyView, "survey")
router.register("findings", views.FindingView, "finding")
router.register("focus-areas", views.FocusAreaView, "focus-area")
router.register("initiatives", views.InitiativeView, "initiative")
router.register("actions", views.ActionView, "action")
router.register("editions", views.EditionView, "edition")

app_name = "api"
urlpatterns = [
    path("", include(router.urls)),
    path("surveys/<slug:code>/versions/", answering.SurveyVersionsView.as_view(), name="survey-versions"),
    path(
        "surveys/<slug:code>/versions/<int:number>/",
        answering.SurveyVersionView.as_view(),
        name="survey-version",
    ),
    path(
        "surveys/<slug:code>/responses/<str:uuid>/", answering.ResponseView.as_view(), name="survey-response"
    ),
    path("surveys/<slug:code>/draft/", answering.DraftView.as_view(), name="survey-draft"),
    path("threads/<slug:kind>/<str:code>/", views.ThreadView.as_view(), name="thread"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
