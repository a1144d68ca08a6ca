"""What a form sends about a filing: which one, and the version its page showed."""


def posted_version(request):
    """The version of the filing that the page showed; -1, which none has, where it is missing."""
    text = request.POST.get("version", "")
    return int(text) if is_short_number(text) else -1


def filing_and_version(text):
    """(id, version) of a tick: `12:3` is version 3 of filing 12; None for anything else."""
    pk, _, version = text.partition(":")
    if is_short_number(pk) and is_short_number(version):
        return int(pk), int(version)
    return None


def is_short_number(text):
    return text.isdecimal() and len(text) < 10
