"""The open-data API reads; what it reads is limited by each view's `.visible_to(user)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

if TYPE_CHECKING:  # rest_framework.views reads the settings, which name this very module
    from rest_framework.request import Request
    from rest_framework.views import APIView


class ReadPublished(BasePermission):
    """GET, HEAD and OPTIONS for everybody; nothing else for anybody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS
