"""Figures made from measures: totals, shares, averages and differences, each with its definition."""

from documents import links
from documents.catalogue import define_measure, measure_keys, section_labels
from documents.facts import STRUCTURE
from documents.report_figure import ReportFigure
from reports.engine.measures import all_measures

# (name in templates, part, whole, unit, what it is): part / whole, a share in percent where the unit is %.
RATIOS = [
    ("每社区户数", "households", "communities", "户", "总户数÷填报了的社区数"),
    ("每社区人口", "residents", "communities", "人", "总人口÷填报了的社区数"),
    ("老年人口比例", "residents_aged_60", "residents", "%", "六十岁以上人口÷总人口"),
    ("每网格户数", "households", "grids_declared", "户", "总户数÷网格数"),
    ("每社区人员", "staff_in_community", "communities", "人", "社区工作人员÷填报了的社区数"),
    ("每支部党员", "party_members", "party_branches", "人", "党员数÷党支部数"),
    (
        "在编人员在社区比例",
        "staff_established_in_community",
        "staff_established",
        "%",
        "在社区工作的在编人员÷在编人员",
    ),
    ("女性工作人员比例", "staff_women", "staff", "%", "女性工作人员÷工作人员"),
    ("大专以上比例", "staff_college", "staff", "%", "大专以上文化程度的工作人员÷工作人员"),
    (
        "持证比例",
        "staff_certified",
        "staff_in_community",
        "%",
        "持社会工作职业资格人员÷社区工作人员",
    ),
    (
        "平均年龄",
        "staff_age_total",
        "staff_of_known_age",
        "岁",
        "年龄合计÷填了出生年月的人员，算到基准日",
    ),
    ("自有用房比例", "premises_owned", "premises", "%", "自有用房÷办公用房"),
    ("每社区办公面积", "office_area", "communities", "m²", "办公用房面积÷填报了的社区数"),
    ("到位占预算比例", "funding_received", "funding_budgeted", "%", "经费实际到位÷经费预算"),
    ("每社区预算", "funding_budgeted", "communities", "元", "经费预算÷填报了的社区数"),
    (
        "服务站覆盖率",
        "service_centres",
        "communities",
        "%",
        "已设服务中心（站）÷填报了机构的社区数",
    ),
]
SPREAD = {
    "有支部社区": ("with_branch", "个", "party_branches", "驻有党支部（含联合党支部）的社区"),
    "无支部社区": (
        "without_branch",
        "个",
        "party_branches",
        "没有自己的党支部、与别的社区合用的社区",
    ),
    "社区到位最少": ("received_low", "元", "funding_received", "实际到位最少的社区的数额"),
    "社区到位最多": ("received_high", "元", "funding_received", "实际到位最多的社区的数额"),
    "到位少于预算的社区": (
        "received_below_budget",
        "个",
        "funding_received",
        "实际到位少于年初预算的社区数",
    ),
    "社区临时人员": ("temporary", "人", "staff_temporary", "列在社区花名册上的临时聘用人员"),
    "社区无报酬临时人员": (
        "temporary_unpaid",
        "人",
        "staff_temporary_unpaid",
        "社区临时人员中月报酬为零或没有写的",
    ),
    "社区有报酬临时人员": (
        "temporary_paid",
        "人",
        "staff_temporary_paid",
        "社区临时人员中月报酬大于零的",
    ),
    "临时报酬最低": ("pay_low", "元", "temporary_pay_min", "有报酬的社区临时人员中最低的月报酬"),
    "临时报酬最高": ("pay_high", "元", "temporary_pay_max", "有报酬的社区临时人员中最高的月报酬"),
    "没有工作人员的社区": ("without_staff", "个", "staff_in_community", "花名册上没有人的社区数"),
}
# What a spread is told from where that is more than one measure.
COMPARED = {"received_below_budget": ("funding_budgeted", "funding_received")}


DIFFERENCES = [
    (
        "五十平方米以下及待核实用房",
        "premises",
        "premises_50_and_over",
        "处",
        "办公用房减去50平方米及以上的",
    ),
    (
        "在街道的在编人员",
        "staff_established",
        "staff_established_in_community",
        "人",
        "在编人员减去在社区工作的",
    ),
    ("街道工作人员", "staff", "staff_in_community", "人", "工作人员减去社区工作人员"),
]


def ratio_of(part, whole, unit):
    """A part divided by a whole, in percent where the unit is %; None where it is not known."""
    if part is None or not whole:
        return None
    return 100 * part / whole if unit == "%" else part / whole


def average_digits(value):
    """An average is said to one decimal, from a hundred on as a whole number."""
    return 0 if value and value >= 100 else 1


class MeasureFigures:
    """The figures of one area that follow from its measures."""

    def __init__(self, facts):
        self.facts = facts

    def figures(self):
        """Every figure: measures first, then ratios, spreads and differences."""
        for measure in all_measures().values():
            yield self.measure(measure)
        yield from self.ratios()
        yield from self.spread()
        yield from self.temporary_staff()
        yield from self.differences()

    def value(self, name):
        """The value of a measure over the area; None where unknown."""
        known = self.facts.structure if name in STRUCTURE else self.facts.totals
        return known[name]

    def link(self, name):
        return links.measure_href(self.facts.filing.pk, name)

    def beside(self, *names):
        return links.pivot_href(self.facts.filing.pk, *names)

    def measure(self, measure):
        """The figure of one measure."""
        missing = 0 if measure.name in STRUCTURE else self.facts.missing[measure.name]
        return ReportFigure(
            measure_keys()[measure.name],
            measure.label,
            self.value(measure.name),
            measure.unit,
            define_measure(measure),
            f"指标“{measure.label}”",
            self.link(measure.name),
            counted=self.facts.counted,
            missing=missing,
            source=section_labels()[measure.name],
        )

    def made(self, key, value, unit, text, of, **more):
        """A figure computed from the measure `of` and perhaps others; it lacks what `of` lacks."""
        given = {
            "href": self.link(of),
            "counted": self.facts.counted,
            "missing": self.facts.missing.get(of, 0),
            "source": section_labels()[of],
        }
        given.update(more)
        query = f"由指标“{all_measures()[of].label}”等算出"
        return ReportFigure(key, key, value, unit, f"{text}。", query, **given)

    def ratios(self):
        """The figures of RATIOS."""
        for key, part, whole, unit, text in RATIOS:
            value = ratio_of(self.value(part), self.whole(part, whole), unit)
            href, digits = self.beside(part, whole), average_digits(value)
            yield self.made(key, value, unit, text, part, digits=digits, href=href)

    def whole(self, part, name):
        """What a part is divided by; None where it is not known for the same communities."""
        lacking = self.facts.missing[part]
        if name == "communities":
            return self.facts.counted - lacking
        if self.facts.missing[name] != lacking:
            return None
        return self.value(name)

    def spread(self):
        """The figures of SPREAD."""
        for key, (name, unit, of, text) in SPREAD.items():
            more = {}
            if name in ("pay_low", "pay_high"):
                more["missing"] = 0
            if name in COMPARED:
                more["href"] = self.beside(*COMPARED[name])
            yield self.made(key, self.facts.spread[name], unit, text, of, **more)

    def temporary_staff(self):
        """Temporary staff of communities: those of unknown pay, and their share of all staff."""
        text = "社区临时人员中没有写月报酬的，已计入无报酬的"
        unwritten = float(self.facts.unwritten_pay)
        of = "staff_temporary_unpaid"
        yield self.made("未填报酬临时人员", unwritten, "人", text, of, missing=0)
        text = "社区临时人员÷社区工作人员"
        href = self.beside("staff_temporary", "staff_in_community")
        temporary, staff = self.facts.spread["temporary"], self.value("staff_in_community")
        share = ratio_of(temporary, staff, "%")
        yield self.made("临时人员比例", share, "%", text, "staff_temporary", href=href)

    def differences(self):
        """What is left when a known part is taken from a whole."""
        for key, whole, part, unit, text in DIFFERENCES:
            yield self.rest(key, whole, part, unit, text)
        yield from self.without_rooms()

    def rest(self, key, whole, part, unit, text):
        """The difference of two measures; unknown where one of them is."""
        all_of_them, some = self.value(whole), self.value(part)
        value = None
        if all_of_them is not None and some is not None:
            value = all_of_them - some
        return self.made(key, value, unit, text, whole, href=self.beside(whole, part))

    def without_rooms(self):
        """How many communities report that they have no office, and their share."""
        reported = self.facts.counted - self.facts.missing["premises"]
        having = self.value("communities_with_premises")
        lacking = None if having is None else reported - having
        href = self.beside("communities", "communities_with_premises", "premises")
        text = "填报了办公用房而没有一处的社区"
        yield self.made("无用房社区", lacking, "个", text, "premises", href=href)
        text = "无用房社区÷填报了办公用房的社区"
        share = ratio_of(lacking, reported, "%")
        yield self.made("无用房社区比例", share, "%", text, "premises", href=href)
