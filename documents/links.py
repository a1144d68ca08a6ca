"""Where the rows behind a figure are: pages whose rows add up to it."""

from urllib.parse import urlencode

from django.urls import reverse


def measure_href(pk, name):
    """A measure unit by unit, with its total."""
    return reverse("reports:measure", args=[pk, name])


def pivot_href(pk, *names, by="community", how="sum"):
    """Several measures side by side, a community a row, with their totals: what ratios and differences are made of."""
    return f"{reverse('reports:pivot', args=[pk])}?{urlencode({'rows': by, 'values': names, 'how': how}, doseq=True)}"


def gaps_href(pk, code):
    """The gap list of one standard: required, actual, short, and what that costs, a community a row."""
    return f"{reverse('gaps:gaps', args=[pk])}?{urlencode({'show': code})}"


def records_href(pk, section, **answers):
    """The records of a section that say so."""
    return f"{reverse('reports:raw', args=[pk])}?{urlencode({'section': section, **answers})}"
