"""The chapters of the example city, in the order in which they are played."""

from semarang_resilience.demo.story import Chapter

from . import accounts, cycle, framework, inventory, organizations, places, surveys

CHAPTERS: tuple[Chapter, ...] = tuple(
    chapter.CHAPTER for chapter in (accounts, places, cycle, framework, organizations, inventory, surveys)
)
