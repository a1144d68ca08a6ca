from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from communities.people.views import landing
from surveys.views.frame import href, top_filing


@require_safe
def home(request):
    """The first page after sign-in: one's own unit in the newest round, or what to do where there is none."""
    if desk := landing(request.user):
        return redirect(desk)
    filing = top_filing(request.user)
    if filing:
        return redirect(href(filing))
    return render(request, "reports/nothing_yet.html", {"assigned": request.user.paths()})
