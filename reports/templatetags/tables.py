"""A declared table in a template."""

from django import template

from reports.table_html import table_body_html, table_head_html

register = template.Library()
register.simple_tag(table_head_html, name="table_head")
register.simple_tag(table_body_html, name="table_body")
