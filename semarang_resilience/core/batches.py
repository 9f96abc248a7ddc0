"""Cutting a long stream into pieces that fit into memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def in_batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Lists of at most `size` rows, in order."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch
