"""Addresses that a page hangs on its links."""


def query_without(request, *names):
    """The query string of this page but for these parameters."""
    data = request.GET.copy()
    for name in names:
        data.pop(name, None)
    return data.urlencode()
