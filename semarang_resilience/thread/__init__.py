"""The thread (benang merah): from a survey question to the published document, walkable both ways.

It reads every domain app and the editions, and is read by the pages and by the API, which is why it
lies between them. It imports no HTTP.
"""

from .build import thread_of
from .chain import Link, Node, Stage, Step, Thread
from .serialize import as_data
from .starts import START_TYPES, find_start

__all__ = ["START_TYPES", "Link", "Node", "Stage", "Step", "Thread", "as_data", "find_start", "thread_of"]
