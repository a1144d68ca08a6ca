"""Which rounds a version of a standard judges, and which of those have approved verdicts."""

from django.db.models import Q

from communities.models import Level, Unit
from communities.tree import lies_inside
from surveys.models import Filing, Round, Status


def region_path(standard):
    """Where in the tree the standard's region lies.

    "/" for the whole country, None where it is no unit here.
    """
    if not standard.region_code:
        return "/"
    return Unit.objects.filter(code=standard.region_code).values_list("path", flat=True).first()


def while_in_force(standard):
    """A condition on rounds: their reference date is one of the days the version is in force."""
    condition = Q()
    if standard.effective_from:
        condition &= Q(reference_date__gte=standard.effective_from)
    if standard.effective_to:
        condition &= Q(reference_date__lte=standard.effective_to)
    return condition


def judged_rounds(standard):
    """Rounds this version judges: of its days, and of units around or inside its region.

    The newest first.
    """
    return rounds_around(standard, region_path(standard))


def rounds_around(standard, path):
    """Rounds a version judges whose region lies at `path`, the newest first.

    None where that is None.
    """
    if not path:
        return []
    rounds = Round.objects.filter(while_in_force(standard)).select_related("unit")
    return [round for round in rounds if path == "/" or areas_meet(round.unit.path, path)]


def areas_meet(one, other):
    """Whether one area lies inside the other."""
    return one.startswith(other) or other.startswith(one)


def settled_rounds(standard):
    """Rounds this version judges that have approved communities where it binds, the newest first.

    Their verdicts stand, so the version must not change.
    """
    path = region_path(standard)
    rounds = rounds_around(standard, path)
    if not rounds:
        return []
    communities = Filing.objects.filter(round__in=rounds, level=Level.COMMUNITY)
    approved = communities.filter(status=Status.APPROVED)
    if path != "/":
        approved = approved.filter(lies_inside([path]))
    settled = set(approved.order_by().values_list("round", flat=True).distinct())
    return [round for round in rounds if round.pk in settled]
