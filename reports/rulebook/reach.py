"""Which rounds a version of a standard judges, and which of those stand for good because something was approved."""

from django.db.models import Q

from communities.models import Level, Unit
from communities.tree import lies_inside
from surveys.models import Filing, Round, Status


def region_path(standard):
    """Where in the tree the standard's region lies: "/" for the whole country, None where it is no unit here."""
    if not standard.region_code:
        return "/"
    return Unit.objects.filter(code=standard.region_code).values_list("path", flat=True).first()


def covered(standard):
    """A condition on rounds: their reference date is one of the days the version is in force."""
    since = Q(reference_date__gte=standard.effective_from) if standard.effective_from else Q()
    return since & (Q(reference_date__lte=standard.effective_to) if standard.effective_to else Q())


def judged_rounds(standard):
    """Rounds this version judges: of its days, and of units around or inside its region; the newest first."""
    return rounds_around(standard, region_path(standard))


def rounds_around(standard, path):
    """The same where it is known where its region lies."""
    rounds = Round.objects.filter(covered(standard)).select_related("unit") if path else ()
    return [round for round in rounds if path == "/" or meet(round.unit.path, path)]


def meet(one, other):
    """Whether one area lies inside the other."""
    return one.startswith(other) or other.startswith(one)


def settled_rounds(standard):
    """Of those, the rounds with approved communities where it binds: their verdicts stand, so it must not change."""
    path = region_path(standard)
    rounds = rounds_around(standard, path)
    approved = Filing.objects.filter(
        round__in=rounds, status=Status.APPROVED, level=Level.COMMUNITY
    )
    if path and path != "/":
        approved = approved.filter(lies_inside([path]))
    stand = {*approved.order_by().values_list("round", flat=True).distinct()} if rounds else set()
    return [round for round in rounds if round.pk in stand]
