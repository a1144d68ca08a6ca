"""A clerk's to-do list: the round, how far each community is, and the one thing to do next."""

from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType

from django.core.paginator import Paginator
from django.db.models import Case, Count, Min, Q, Value, When
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils import timezone

from surveys.entry.progress import SectionProgress
from surveys.extras import round_sections
from surveys.models import Filing, Remark, Round, Status
from surveys.models.filing import OPEN_STATUSES
from surveys.pages.filings import ABOVE
from surveys.workflow import Place, may_fill, place_of, state_words, step_for
from surveys.worklist.obstacles import unexplained_values
from surveys.worklist.records import fetch_records, sections_from_records

PER_PAGE = 50
DAY = 86400
URGENCY = (Status.RETURNED, Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}


def filings_to_fill(user):
    """What this person fills in: communities and streets; upper units report nothing of their own."""
    return Filing.objects.editable_by(user).asked()


def rounds_to_fill(user):
    """The rounds this clerk has filings in, newest first, with how many stand where; one query."""
    mine = Q(filings__in=filings_to_fill(user).order_by().values("pk"))
    counts = {
        name: Count("filings", filter=mine & condition)
        for name, condition in {
            "total": Q(),
            "open": Q(filings__status__in=OPEN_STATUSES),
            "returned": Q(filings__status=Status.RETURNED),
            "submitted": Q(filings__status=Status.SUBMITTED),
            "approved": Q(filings__status=Status.APPROVED),
        }.items()
    }
    top = Min("filings__level", filter=mine)
    return list(
        Round.objects.filter(mine).annotate(**counts, top=top).order_by("-reference_date", "pk")
    )


@dataclass
class ClerkRound:
    """How a round stands for one clerk, and the sentence that says so."""

    round: Round
    now: object

    @property
    def due(self):
        """Until when this clerk hands in: the street's time where the clerk answers for a whole street."""
        return self.round.due_for(self.round.top)

    @property
    def state(self):
        """early, open, overdue, sent (all handed in), closed (all approved) or locked (by the bureau)."""
        if self.round.closed_at:
            return "locked"
        if self.now < self.round.opens_at:
            return "early"
        if self.round.open:
            return "open" if self.now < self.due else "overdue"
        return "closed" if self.round.approved == self.round.total else "sent"

    @property
    def days(self):
        """Whole calendar days to the deadline, or since."""
        return abs((timezone.localdate(self.due) - timezone.localdate(self.now)).days)

    @property
    def deadline(self):
        due = timezone.localtime(self.due)
        at = f"{due.year} 年 {due.month} 月 {due.day} 日 {due:%H:%M}"
        if self.state == "overdue":
            return f"{at} 截止，已过期 {self.days} 天" if self.days else f"{at} 已截止"
        left = f"还有 {self.days} 天" if self.days else "就在今天"
        return f"{at} 截止，{left}" if self.state in ("early", "open") else f"{at} 截止"


@dataclass
class WorkItem:
    """One community of the list."""

    filing: Filing
    user: object
    sections: list = field(default_factory=list)
    questions: int = 0
    odd: int = 0

    @property
    def cells(self):
        """Its progress under each heading of the table; None where a section is not its business."""
        known = {each.name: each for each in self.sections}
        return [known.get(section.name) for section in round_sections(self.filing.round)]

    @property
    def state(self):
        return state_words(self.filing)

    @property
    def css(self):
        return "law" if place_of(self.filing) == Place.STREET else CSS[self.filing.status]

    @property
    def mine(self):
        """Whether this clerk may still change it."""
        return may_fill(self.filing, self.user)

    @property
    def returned(self):
        return self.mine and self.filing.status == Status.RETURNED

    @property
    def begun(self):
        return any(each.rows for each in self.sections)

    @property
    def ready(self):
        """May be ticked to hand in with others: begun, and nothing in question or odd."""
        return self.mine and self.begun and not self.questions and not self.odd

    @property
    def can_withdraw(self):
        return not self.filing.looked_at and bool(step_for("withdraw", self.filing, self.user))

    @property
    def next(self):
        """(label, address) of the one thing to do next."""
        pk = self.filing.pk
        if not self.mine:
            return ("查看", reverse("reports:filing", args=[pk]))
        if self.returned:
            return ("修改退回项", reverse("surveys:answer", args=[pk]))
        if self.questions:
            return (f"核实 {self.questions} 处", reverse("surveys:answer", args=[pk]))
        if self.odd:
            return (f"说明 {self.odd} 处异常", reverse("surveys:check", args=[pk]))
        if self.begun and all(each.complete for each in self.sections):
            return ("检查并报送", reverse("surveys:check", args=[pk]))
        return ("继续填报" if self.begun else "开始填报", reverse("surveys:fill", args=[pk]))


def work_items_page(round, user, number):
    """One page of a clerk's filings in a round: what was returned first; seven queries however many."""
    order = Case(*[When(status=status, then=at) for at, status in enumerate(URGENCY)])
    mine = filings_to_fill(user).filter(round=round).order_by(order, "code", "path")
    page = Paginator(mine.select_related("with_unit", "returned_by", ABOVE), PER_PAGE).get_page(
        number
    )
    filings = [*page.object_list]
    for filing in filings:
        filing.round = round
    odd = count_odd_values([filing for filing in filings if filing.is_open], round)
    page.object_list = work_items(filings, round, user, odd)
    return page


def work_items(filings, round, user, odd=MappingProxyType({})):
    """The filings with their progress and open questions; two queries. `odd` {filing: how many values}."""
    ids = [filing.pk for filing in filings]
    remarks, counts = count_open_remarks(ids), count_answers(round, ids)
    made = []
    for filing in filings:
        sections = [
            progress_from_counts(s, filing.pk, counts, remarks)
            for s in round_sections(round)
            if filing.level in s.levels
        ]
        asked = sum(
            n
            for (pk, _, kind), n in remarks.items()
            if (pk, kind) == (filing.pk, Remark.Kind.QUESTION)
        )
        made.append(WorkItem(filing, user, sections, asked, odd.get(filing.pk, 0)))
    return made


def count_odd_values(filings, round):
    """{filing: how many values contradict each other or are unusual, and nobody said why}; two queries."""
    if not filings:
        return {}
    said = defaultdict(list)
    for remark in Remark.objects.filter(filing__in=filings, closed_at=None).order_by("pk"):
        said[remark.filing_id].append(remark)
    records = fetch_records(round, filings)
    return {
        each.pk: count_odd_in_sections(sections_from_records(each, said[each.pk], records))
        for each in filings
    }


def count_odd_in_sections(sections):
    return sum(1 for stored in sections.values() for _ in unexplained_values(stored))


def progress_from_counts(section, pk, counts, remarks):
    """不适用 and 不详 count as answers."""
    rows, filled = counts.get((pk, section.name), (0, 0))
    asked = rows * len(asked_column_names(section))
    said = remarks.get((pk, section.name, Remark.Kind.REASON), 0)
    return SectionProgress(section.name, section.label, min(filled + said, asked), asked, rows)


def asked_column_names(section):
    return [
        column.name
        for column in section.own_columns
        if column.asked and column.name != section.covers
    ]


def count_answers(round, filings):
    """{(filing, section): (rows, answers that are there)}, counted where they lie: one query, no record is loaded."""
    queries = [answer_rows(section, filings) for section in round_sections(round)]
    found = queries[0].union(*queries[1:], all=True)
    return {(pk, name): (rows, filled) for name, pk, rows, filled in found}


def answer_rows(section, filings):
    filled = sum(
        (count_known(section.field(name)) for name in asked_column_names(section)), Value(0)
    )
    rows = section.model.objects.filter(filing__in=filings).order_by().values("filing")
    made = rows.annotate(section_name=Value(section.name), rows=Count("pk"), filled=filled)
    return made.values_list("section_name", "filing", "rows", "filled")


def count_known(model_field):
    """How many rows say something there; a blank text is as unknown as no number."""
    text = model_field.get_internal_type() == "CharField"
    return Count(NullIf(model_field.name, Value(""))) if text else Count(model_field.name)


def count_open_remarks(filings):
    """{(filing, section, kind): how many}: open questions, and reasons why a cell is blank; one query."""
    question, reason = Remark.Kind.QUESTION, Remark.Kind.REASON
    open_ones = Remark.objects.filter(filing__in=filings, closed_at=None).order_by()
    wanted = open_ones.filter(Q(kind=question) | Q(kind=reason, value=""))
    grouped = wanted.values("filing", "section", "kind").annotate(n=Count("pk"))
    return {
        (pk, section, kind): n
        for pk, section, kind, n in grouped.values_list("filing", "section", "kind", "n")
    }
