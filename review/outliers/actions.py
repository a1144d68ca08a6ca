"""An outlier is explained, or its explanation is taken back; each with a line in the trail of the filing."""

from django.db import transaction

from accounts.audit import audit_entry, write_entries
from accounts.models import AuditEntry
from review.models import Dismissal
from surveys.actions.handing_in import Refused

LONGEST_REASON = 400


@transaction.atomic
def explain_outliers(*, outliers, filings, reason, by) -> None:
    """Keep why these figures are right; `filings` is {pk: Filing}. Raises Refused without a reason."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("请写明理由：为什么这个数没有错。")
    for outlier in outliers:
        filing_id, kind, subject = outlier.identity
        explanation = {"value": outlier.value[:200], "reason": reason, "by": by}
        Dismissal.objects.update_or_create(
            filing_id=filing_id, kind=kind, subject=subject, defaults=explanation
        )
        changes = {f"{outlier.kind.label}·{outlier.label}": [outlier.value, reason]}
        write_entries(outlier_entry(filings[filing_id], by, changes))


@transaction.atomic
def reopen_outliers(*, dismissals, by) -> None:
    """Take explanations back: their outliers are on the list again."""
    for dismissal in dismissals.select_related("filing__round"):
        changes = {f"{dismissal.kind}·{dismissal.subject}": [dismissal.reason, None]}
        write_entries(outlier_entry(dismissal.filing, by, changes))
        dismissal.delete()


def outlier_entry(filing, by, changes) -> AuditEntry:
    """The audit line about outliers of one filing, not yet written."""
    return audit_entry(
        by=by,
        verb="核对异常",
        what=f"{filing.name} {filing.round.period}",
        path=filing.path,
        target=f"filing:{filing.pk}",
        changes=changes,
    )
