"""What the round asks of its own: how many answered, what they said, how standards judge it."""

from django.db.models import Count, Q

from documents import links
from documents.computed import average_digits
from documents.report_figure import ReportFigure
from documents.wording import quote_name
from reports.models.standard import parsed_formula
from surveys.extras import LABEL, NAME, answer_measures, asked_own_items
from surveys.models import Extra, ExtraRecord


def own_item_rows(context):
    """One row an item, in the order of the form; [] where the round asks nothing of its own."""
    asked = asked_own_items(context.facts.filing.round)
    in_words = [each for each in asked if not answer_measures(each)]
    written = count_written_answers(context.facts, in_words)
    return [OwnItemFigures(context, each, written.get(each.pk)).row() for each in asked]


def count_written_answers(facts, items):
    """{pk: number of communities that answered} of items in words or dates, by one query.

    No measure counts these; no query is made where there are no such items.
    """
    if not items:
        return {}
    counts = {}
    for item in items:
        counts[f"said_{item.pk}"] = Count("pk", filter=~Q(**{item.column: ""}))
    found = facts.records(ExtraRecord).aggregate(**counts)
    return {item.pk: found[f"said_{item.pk}"] for item in items}


class OwnItemFigures:
    """The figures of one own item over the area of a report.

    `written` is how many communities answered, where no measure tells it.
    """

    def __init__(self, context, extra, written=None):
        self.context, self.facts, self.extra = context, context.facts, extra
        self.measures = answer_measures(extra)
        if self.measures:
            self.lacking = self.facts.missing[self.measures[0].name]
        else:
            self.lacking = self.facts.counted - written
        self.answered = self.facts.counted - self.lacking

    @property
    def href(self):
        """The address of the answers, community by community."""
        pk = self.facts.filing.pk
        if self.measures:
            return links.measure_href(pk, self.measures[0].name)
        return links.records_href(pk, NAME)

    def figure(self, key, value, unit, text, href="", **more):
        """A figure of this item; `key` is what its name adds to the item's label."""
        name = f"{self.extra.label}{key}"
        given = {"counted": self.facts.counted, "source": LABEL, "href": href or self.href}
        given.update(more)
        query = f"补充项“{self.extra.label}”"
        made = ReportFigure(f"补充项·{name}", name, value, unit, f"{text}。", query, **given)
        return self.context.add(made)

    def row(self):
        """The item as templates see it."""
        about = f"本期补充项：{self.extra.words_said}"
        return {
            "名称": self.figure("·名称", self.extra.label, "", self.extra.hint or about),
            "已报": self.figure("·已报", float(self.answered), "个", "填报了这一项的社区数"),
            "缺报": self.figure("·缺报", float(self.lacking), "个", "没有填报这一项的社区数"),
            "结果": self.result() if self.answered else "没有社区填报",
            "标准": "；".join(self.verdicts()) or "—",
        }

    def result(self):
        """What was answered, in words.

        合计42部，平均每个社区10.5部；平均35.5%；定时12个，随时8个；是3个，否9个.
        """
        if self.extra.is_number:
            return self.average() if self.extra.is_share else self.total()
        if self.extra.kind == Extra.Kind.YES_NO:
            return self.yes_and_no()
        if self.extra.kind == Extra.Kind.CHOICE:
            words = zip(self.measures, self.extra.words, strict=False)
            return "，".join(self.chosen(measure, word) for measure, word in words)
        if self.extra.kind == Extra.Kind.TEXT:
            return "文字，见明细"
        return "日期，见明细"

    def average(self):
        """The mean of an item in percent."""
        value = self.facts.totals[self.extra.code]
        text = "填报了这一项的社区的平均数"
        more = {"missing": self.lacking, "digits": average_digits(value)}
        mean = self.figure("", value, self.extra.unit, text, **more)
        return f"平均{mean}" if self.answered > 1 else f"{mean}"

    def total(self):
        """The sum of a number, and its mean where more than one community answered."""
        unit, value = self.extra.unit, self.facts.totals[self.extra.code]
        whole = self.figure("", value, unit, "各社区填报的合计", missing=self.lacking)
        if self.answered == 1:
            return f"{whole}"
        href = links.pivot_href(self.facts.filing.pk, self.extra.code, "communities")
        value = value / self.answered
        more = {"missing": self.lacking, "digits": average_digits(value)}
        text = "合计÷填报了的社区数"
        mean = self.figure("（平均每个社区）", value, unit, text, href, **more)
        return f"合计{whole}，平均每个社区{mean}"

    def yes_and_no(self):
        """How many answered yes, and how many no."""
        yes = self.facts.totals[self.extra.code]
        counts = {"是": yes, "否": self.answered - yes}
        parts = []
        for word, value in counts.items():
            text = f"答“{word}”的社区数"
            count = self.figure(f"：{word}", value, "个", text, missing=self.lacking)
            parts.append(f"{word}{count}")
        return "，".join(parts)

    def chosen(self, measure, word):
        """How many chose one word; the word stands within the figure, for it may hold numbers."""
        value = self.facts.totals[measure.name]
        href = links.measure_href(self.facts.filing.pk, measure.name)
        text = f"选“{word}”的社区数"
        count = self.figure(f"：{word}", value, "个", text, href, missing=self.lacking)
        return count.marked(f"{word}{count.words}")

    def verdicts(self):
        """A clause for each standard that judges the item."""
        mine = {measure.name for measure in self.measures}
        for reported in self.context.standings:
            standard = reported.standard
            if standard.actual and mine & parsed_formula(standard.actual).names:
                yield own_item_verdict(self.context.rows[standard.pk])


def own_item_verdict(row):
    """“加装电梯”达标1个、未达标2个，缺数3个."""
    counts = [f"{part}{row[part]}" for part in ("达标", "未达标") if row[part]]
    clauses = ["、".join(counts)] if counts else []
    if row["缺数"]:
        clauses.append(f"缺数{row['缺数']}")
    return quote_name(row["名称"]) + "，".join(clauses)
