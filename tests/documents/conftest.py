"""A small city of our own: enough of everything that a document says; files go to a directory of the test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.documents.city import at, city, people

__all__ = ["at", "city", "people"]


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> Path:
    """Finished files of one test stay with that test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
