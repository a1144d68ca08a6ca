"""What a form sends about a filing: which one, and the version its page showed."""


def posted_version(request):
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def filing_and_version(text):
    """`12:3` is version 3 of filing 12; None for anything else."""
    pk, _, version = text.partition(":")
    good = all(part.isdecimal() and len(part) < 10 for part in (pk, version))
    return (int(pk), int(version)) if good else None
