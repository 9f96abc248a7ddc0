"""The machinery of the portal: settings, shared kernel, accounts, documents, edges.

The four domain words (stakeholders, assessment, strategy, actions) live beside this package.
"""

from .celery import app as celery_app

__all__ = ["celery_app"]
