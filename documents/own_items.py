"""What the round asks of its own, item by item: how many answered, what they said, how a standard on it judges that."""

from django.db.models import Count, Q

from documents import links
from documents.computed import average_digits
from documents.report_figure import ReportFigure
from documents.wording import quote_name
from reports.models.standard import formula
from surveys.extras import LABEL, NAME, answer_measures, asked_own_items
from surveys.models import Extra, ExtraRecord


def own_item_rows(context):
    """One row an item, in the order of the form; [] where the round asks nothing of its own."""
    asked = asked_own_items(context.facts.filing.round)
    written = count_written_answers(
        context.facts, [each for each in asked if not answer_measures(each)]
    )
    return [OwnItemFigures(context, each, written.get(each.pk)).row() for each in asked]


def count_written_answers(facts, items):
    """{pk: how many communities answered} of items in words or dates, which no measure counts; one query where there are."""
    said = {f"said_{each.pk}": Count("pk", filter=~Q(**{each.column: ""})) for each in items}
    found = facts.records(ExtraRecord).aggregate(**said) if said else {}
    return {each.pk: found[f"said_{each.pk}"] for each in items}


class OwnItemFigures:
    """One item over the area of a report; `written` is how many answered where no measure says it."""

    def __init__(self, context, extra, written=None):
        self.context, self.facts, self.extra = context, context.facts, extra
        self.measures = answer_measures(extra)
        lacking = (
            self.facts.missing[self.measures[0].name]
            if self.measures
            else self.facts.counted - written
        )
        self.lacking, self.answered = lacking, self.facts.counted - lacking

    @property
    def href(self):
        """Who answered what."""
        pk = self.facts.filing.pk
        return (
            links.measure_href(pk, self.measures[0].name)
            if self.measures
            else links.records_href(pk, NAME)
        )

    def figure(self, key, value, unit, text, href="", **more):
        """A figure of this item; what `key` adds to its name says which."""
        given = {"counted": self.facts.counted, "source": LABEL, "href": href or self.href} | more
        name = f"{self.extra.label}{key}"
        return self.context.add(
            ReportFigure(
                f"补充项·{name}",
                name,
                value,
                unit,
                f"{text}。",
                f"补充项“{self.extra.label}”",
                **given,
            )
        )

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
        """What was answered, in words: 合计42部，平均每个社区10.5部；平均35.5%；定时12个，随时8个；是3个，否9个."""
        if self.extra.is_number:
            return self.total()
        if self.extra.kind == Extra.Kind.YES_NO:
            return self.yes_and_no()
        if self.extra.kind == Extra.Kind.CHOICE:
            return "，".join(map(self.chosen, self.measures, self.extra.words))
        return "文字，见明细" if self.extra.kind == Extra.Kind.TEXT else "日期，见明细"

    def total(self):
        unit, value = self.extra.unit, self.facts.totals[self.extra.code]
        more = {"missing": self.lacking}
        if self.extra.is_share:
            mean = self.figure(
                "", value, unit, "填报了这一项的社区的平均数", digits=average_digits(value), **more
            )
            return f"平均{mean}" if self.answered > 1 else f"{mean}"
        whole = self.figure("", value, unit, "各社区填报的合计", **more)
        if self.answered == 1:
            return f"{whole}"
        beside = links.pivot_href(self.facts.filing.pk, self.extra.code, "communities")
        mean = value / self.answered
        text = "合计÷填报了的社区数"
        mean = self.figure(
            "（平均每个社区）", mean, unit, text, beside, digits=average_digits(mean), **more
        )
        return f"合计{whole}，平均每个社区{mean}"

    def yes_and_no(self):
        yes = self.facts.totals[self.extra.code]
        said = [("是", yes), ("否", self.answered - yes)]
        made = [
            (
                word,
                self.figure(f"：{word}", value, "个", f"答“{word}”的社区数", missing=self.lacking),
            )
            for word, value in said
        ]
        return "，".join(f"{word}{count}" for word, count in made)

    def chosen(self, measure, word):
        """How many chose one word; the word stands within the figure, for it may have numbers of its own."""
        value, href = (
            self.facts.totals[measure.name],
            links.measure_href(self.facts.filing.pk, measure.name),
        )
        count = self.figure(
            f"：{word}", value, "个", f"选“{word}”的社区数", href, missing=self.lacking
        )
        return count.marked(f"{word}{count.words}")

    def verdicts(self):
        """How the communities stand against each standard that judges it."""
        mine = {measure.name for measure in self.measures}
        for standing in self.context.standings:
            if standing.standard.actual and mine & formula(standing.standard.actual).names:
                yield own_item_verdict(self.context.rows[standing.standard.pk])


def own_item_verdict(row):
    """“加装电梯”达标1个、未达标2个，缺数3个."""
    counts = "、".join(f"{part}{row[part]}" for part in ("达标", "未达标") if row[part])
    unknown = f"缺数{row['缺数']}" if row["缺数"] else ""
    return f"{quote_name(row['名称'])}{'，'.join(filter(None, [counts, unknown]))}"
