"""Who is told when a filing changed hands: those whose turn it is, or who wait for the outcome."""

from surveys.actions.messages import clerks_of, send
from surveys.models import Message
from surveys.workflow import Place


def tell_of(filing, step, by):
    """A word to the clerks about what was returned, approved, or handed to their street; in the step's transaction."""
    if found := news(filing, step):
        kind, text = found
        send(to=clerks_of([filing])[filing.pk], kind=kind, text=text, filing=filing, by=by)


def news(filing, step):
    """(kind, sentence) of a step, or None where nobody waits for it: reviewers have their queue."""
    if step.action == "send_back":
        return Message.Kind.RETURNED, f"{filing.name}被退回：{filing.return_reason}"
    if step.target == Place.APPROVED:
        return Message.Kind.APPROVED, f"{filing.name}已审定，不用再做什么。"
    if step.target == Place.STREET:
        return Message.Kind.NOTICE, f"{filing.name}已填完交来，请核对后报送。"
    return None
