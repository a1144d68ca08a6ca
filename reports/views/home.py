from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from communities.people.views import admin_home_href
from surveys.pages.filings import filing_href, top_filing


@require_safe
def home_page(request):
    """The first page after sign-in.

    A clerk's to-do list, else one's own unit in the newest round, or what to do.
    """
    if request.user.paths(role=Role.CLERK):
        return redirect("surveys:work")
    if desk := admin_home_href(request.user):
        return redirect(desk)
    filing = top_filing(request.user)
    if filing:
        return redirect(filing_href(filing))
    may_open = request.user.paths(role=Role.REVIEWER)
    context = {"assigned": request.user.paths(), "may_open": may_open}
    return render(request, "reports/nothing_yet.html", context)
