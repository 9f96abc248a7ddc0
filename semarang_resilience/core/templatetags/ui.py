"""`{% load ui %}`: every component and every format filter of the portal, in one library."""

from django import template

from ..components import content, controls, data, forms, navigation, page, story
from . import formats

register = template.Library()
for part in (page, content, data, story, forms, controls, navigation, formats):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
