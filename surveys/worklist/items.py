"""A clerk's worklist in one round: how far each community is, and the one thing to do next."""

from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType

from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import NullIf
from django.urls import reverse

from surveys.entry.progress import SectionProgress, asked_column_names
from surveys.extras import round_sections
from surveys.models import Filing, Remark, Status
from surveys.pages.filings import ABOVE
from surveys.workflow import FilingPlace, may_fill, place_of, state_words, step_for
from surveys.worklist.obstacles import unexplained_values
from surveys.worklist.records import fetch_records, sections_from_records
from surveys.worklist.rounds import filings_to_fill

PER_PAGE = 50
URGENCY = (Status.RETURNED, Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
CSS = {
    Status.DRAFT: "ask",
    Status.RETURNED: "unmet",
    Status.SUBMITTED: "law",
    Status.APPROVED: "met",
}


@dataclass
class WorkItem:
    """One filing of the worklist: its sections' progress, open questions and odd values."""

    filing: Filing
    user: object
    sections: list = field(default_factory=list)
    questions: int = 0
    odd: int = 0

    @property
    def cells(self):
        """Its progress under each heading of the table; None where it does not report a section."""
        known = {each.name: each for each in self.sections}
        return [known.get(section.name) for section in round_sections(self.filing.round)]

    @property
    def state(self):
        return state_words(self.filing)

    @property
    def css(self):
        if place_of(self.filing) == FilingPlace.STREET:
            return "law"
        return CSS[self.filing.status]

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
        """Whether it may be ticked to hand in with others: begun, nothing in question or odd."""
        return self.mine and self.begun and not self.questions and not self.odd

    @property
    def can_withdraw(self):
        return not self.filing.looked_at and bool(step_for("withdraw", self.filing, self.user))

    @property
    def next(self):
        """(label, address) of the one thing to do next."""
        label, page = self.next_step()
        return label, reverse(page, args=[self.filing.pk])

    def next_step(self):
        """(label, name of the page) of the one thing to do next."""
        if not self.mine:
            return "查看", "reports:filing"
        if self.returned:
            return "修改退回项", "surveys:answer"
        if self.questions:
            return f"核实 {self.questions} 处", "surveys:answer"
        if self.odd:
            return f"说明 {self.odd} 处异常", "surveys:check"
        if not self.begun:
            return "开始填报", "surveys:fill"
        if all(each.complete for each in self.sections):
            return "检查并报送", "surveys:check"
        return "继续填报", "surveys:fill"


def work_items_page(round, user, number):
    """One page of a clerk's filings in a round, returned ones first; seven queries however many."""
    cases = []
    for at, status in enumerate(URGENCY):
        cases.append(When(status=status, then=at))
    order = Case(*cases)
    mine = filings_to_fill(user).filter(round=round).order_by(order, "code", "path")
    mine = mine.select_related("with_unit", "returned_by", ABOVE)
    page = Paginator(mine, PER_PAGE).get_page(number)
    filings = [*page.object_list]
    for filing in filings:
        filing.round = round
    open_filings = []
    for filing in filings:
        if filing.is_open:
            open_filings.append(filing)
    odd = count_odd_values(open_filings, round)
    page.object_list = work_items(filings, round, user, odd)
    return page


def work_items(filings, round, user, odd=MappingProxyType({})):
    """The filings with their progress and open questions; two queries.

    `odd` is {filing: how many odd values}.
    """
    ids = [filing.pk for filing in filings]
    remarks, counts = count_open_remarks(ids), count_answers(round, ids)
    questions = count_questions(remarks)
    items = []
    for filing in filings:
        sections = []
        for section in round_sections(round):
            if filing.level in section.levels:
                sections.append(progress_from_counts(section, filing.pk, counts, remarks))
        items.append(WorkItem(filing, user, sections, questions[filing.pk], odd.get(filing.pk, 0)))
    return items


def count_questions(remarks):
    """{filing: open questions} of what `count_open_remarks` found."""
    found = defaultdict(int)
    for (filing, _, kind), count in remarks.items():
        if kind == Remark.Kind.QUESTION:
            found[filing] += count
    return found


def count_odd_values(filings, round):
    """{filing: values that contradict each other or are unusual, unexplained}; two queries."""
    if not filings:
        return {}
    remarks = defaultdict(list)
    for remark in Remark.objects.filter(filing__in=filings, closed_at=None).order_by("pk"):
        remarks[remark.filing_id].append(remark)
    records = fetch_records(round, filings)
    counts = {}
    for filing in filings:
        sections = sections_from_records(filing, remarks[filing.pk], records)
        counts[filing.pk] = count_odd_in_sections(sections)
    return counts


def count_odd_in_sections(sections):
    return sum(1 for section in sections.values() for _ in unexplained_values(section))


def progress_from_counts(section, filing, counts, remarks):
    """The progress of one section of a filing, given by its id; 不适用 and 不详 are answers."""
    rows, filled = counts.get((filing, section.name), (0, 0))
    asked = rows * len(asked_column_names(section))
    explained = remarks.get((filing, section.name, Remark.Kind.REASON), 0)
    answered = min(filled + explained, asked)
    return SectionProgress(section.name, section.label, answered, asked, rows)


def count_answers(round, filings):
    """{(filing, section): (rows, answers that are there)}, counted in the database; one query."""
    queries = []
    for section in round_sections(round):
        queries.append(answer_rows(section, filings))
    found = queries[0].union(*queries[1:], all=True)
    answers = {}
    for name, pk, rows, filled in found:
        answers[pk, name] = (rows, filled)
    return answers


def answer_rows(section, filings):
    """The query of (section, filing, rows, answers that are there) of one section."""
    counts = (count_known(section.field(name)) for name in asked_column_names(section))
    rows = section.model.objects.filter(filing__in=filings).order_by().values("filing")
    counted = rows.annotate(
        section_name=Value(section.name), rows=Count("pk"), filled=sum(counts, Value(0))
    )
    return counted.values_list("section_name", "filing", "rows", "filled")


def count_known(model_field):
    """How many rows know the field's value; a blank text is as unknown as no number."""
    if model_field.get_internal_type() == "CharField":
        return Count(NullIf(model_field.name, Value("")))
    return Count(model_field.name)


def count_open_remarks(filings):
    """{(filing, section, kind): how many} open questions and reasons of blank cells; one query."""
    question, reason = Remark.Kind.QUESTION, Remark.Kind.REASON
    open_ones = Remark.objects.filter(filing__in=filings, closed_at=None).order_by()
    wanted = open_ones.filter(Q(kind=question) | Q(kind=reason, value=""))
    grouped = wanted.values("filing", "section", "kind").annotate(n=Count("pk"))
    counts = {}
    for filing, section, kind, count in grouped.values_list("filing", "section", "kind", "n"):
        counts[filing, section, kind] = count
    return counts
