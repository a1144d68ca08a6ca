"""Rows of the matrix in a template."""

from django import template

from reports.matrix.cells import count_missed, rate_cells_html, verdict_cells_html

register = template.Library()
register.simple_tag(verdict_cells_html, name="verdict_cells")
register.simple_tag(rate_cells_html, name="rate_cells")
register.simple_tag(count_missed, name="missed")
