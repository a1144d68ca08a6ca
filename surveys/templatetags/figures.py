"""Numbers in templates, as officials write them."""

from django import template

from surveys import number_text

register = template.Library()
register.filter("number", number_text.number_or_dash)
register.filter("percent", number_text.format_percent)
register.filter("quantity", number_text.format_quantity)
register.simple_tag(number_text.format_difference, name="difference")
