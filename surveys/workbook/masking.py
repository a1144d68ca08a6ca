"""Telephone numbers of people as those see them who need not call."""


def mask_number(text):
    """A number that can be told from another, and not be called: 138****1234.
    A masked one stays as it is.
    """
    if len(text) < 8:
        return "****"
    return f"{text[:3]}****{text[-4:]}"


def same_masked(written, stored):
    """Whether `written` is only the mask of `stored` come back, so that it must not replace it."""
    return "*" in written and bool(stored) and written == mask_number(stored)


def mask_name(text):
    """A person's name by its first character: 张*; how long it is stays unsaid.
    A masked one stays as it is.
    """
    return f"{text[:1]}**"
