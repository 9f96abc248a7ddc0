"""How answers that are no JSON leave the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer


class CsvRenderer(BaseRenderer):
    """A finished table as text; errors stay the one JSON shape."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Text as it is; anything else is an error, told as JSON."""
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        return text.encode()
