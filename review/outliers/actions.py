"""An outlier is explained, or the explanation is taken back; each with its line in the trail of the filing."""

from django.db import transaction

from accounts.audit import audit_entry, write_entries
from review.models import Dismissal
from surveys.actions.handing_in import Refused

MOST = 400


@transaction.atomic
def dismiss(*, outliers, filings, reason, by):
    """Keep why these figures are right; `filings` is {pk: Filing}. Raises Refused without a reason."""
    reason = reason.strip()[:MOST]
    if not reason:
        raise Refused("请写明理由：为什么这个数没有错。")
    for each in outliers:
        filing, kind, subject = each.identity
        said = {"value": each.value[:200], "reason": reason, "by": by}
        Dismissal.objects.update_or_create(
            filing_id=filing, kind=kind, subject=subject, defaults=said
        )
        write_entries(
            line(filings[filing], by, {f"{each.kind.label}·{each.label}": [each.value, reason]})
        )


@transaction.atomic
def reopen(*, dismissals, by):
    """Put explained outliers back on the list."""
    for each in dismissals.select_related("filing__round"):
        write_entries(line(each.filing, by, {f"{each.kind}·{each.subject}": [each.reason, None]}))
        each.delete()


def line(filing, by, changes):
    what = f"{filing.name} {filing.round.period}"
    return audit_entry(
        by=by,
        verb="核对异常",
        what=what,
        path=filing.path,
        target=f"filing:{filing.pk}",
        changes=changes,
    )
