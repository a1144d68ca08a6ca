"""The words of a choice in a form."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag(name="options")
@lru_cache(maxsize=4096)
def select_options(words, chosen):
    """The options of one select; what was typed and is none of the words stays visible.

    A roster of 30 people has two thousand options and a few dozen different selects.
    """
    if chosen and chosen not in words:
        words = (*words, chosen)
    made = []
    for word in words:
        selected = " selected" if word == chosen else ""
        made.append((format_html("<option{}>{}</option>", selected, word),))
    return format_html('<option value="">未填</option>{}', format_html_join("", "{}", made))
