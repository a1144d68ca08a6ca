"""How templates call the measures, and what each one means."""

import re
from functools import cache

from reports.engine.measures import STRUCTURE, all_measures
from surveys.sections import all_sections

# Names that cannot be made from the label, or that people would not look for under it.
KEYS = {
    "residents_aged_60": "六十岁以上人口",
    "premises_50_and_over": "五十平方米以上用房",
    "premises_below_50": "不足五十平方米用房",
    "premises_below_20": "不足二十平方米用房",
    "service_centres": "已设服务中心",
}
DEFINITIONS = {
    "districts": "本期填报的市辖区、开发区数",
    "counties": "本期填报的县、县级市数",
    "streets": "本期填报的街道数",
    "townships": "本期填报的乡、镇数",
    "communities": "本期填报的社区数",
    "party_branches": "驻在本社区的党支部，含联合党支部；与别的社区合用、不在本社区的不重复计",
    "party_members": "驻在本社区的党组织的党员，联合党支部的党员计入驻地社区",
    "joint_branches": "两个以上社区合建的党支部",
    "staff_established": "身份为正式编制、行政编制、事业编制的人员，街道和社区合计",
    "staff_established_in_community": "在编人员中列在社区花名册上的",
    "staff_temporary": "身份为临时聘用、公益性岗位、退休返聘、劳务派遣的人员",
    "staff_temporary_unpaid": "临时聘用人员中月报酬为零或没有写的",
    "staff_temporary_paid": "临时聘用人员中月报酬大于零的",
    "staff_in_community": "列在社区花名册上的全部人员",
    "premises": "产权不是“无”的办公用房处数",
    "premises_owned": "产权为自有的办公用房",
    "premises_rented_or_borrowed": "产权为租赁或借用的办公用房",
    "premises_50_and_over": "建筑面积50平方米及以上的办公用房",
    "premises_below_50": "建筑面积不足50平方米的办公用房，面积没有核实的不计",
    "premises_below_20": "建筑面积不足20平方米的办公用房，面积没有核实的不计",
    "premises_area_unknown": "没有写明确切面积、等待核实的办公用房",
    "office_area": "各处办公用房建筑面积合计；有一处没有核实的社区不计",
    "plaque_only": "建设阶段为“已挂牌”、没有配人的机构",
    "service_centres": "建设阶段为已挂牌、已配人或正常运转的服务中心（站）",
    "funding_budgeted": "各项经费的年初预算合计",
    "funding_received": "各项经费当年实际到位合计",
    "funding_own_account": "拨付方式为独立账户的社区",
}
ROLLUPS = {"sum": "合计", "min": "取最小", "max": "取最大"}


@cache
def section_labels():
    """{measure name: label of the section it is counted from}."""
    labels = {measure.name: "单位目录" for measure in STRUCTURE.measures}
    for section in all_sections():
        for source in section.measures:
            for measure in source.measures:
                labels[measure.name] = section.label
    return labels


@cache
def measure_keys():
    """{measure name: the name templates call it by}. Raises ValueError where two would share one."""
    keys = {}
    for name, measure in all_measures().items():
        keys[name] = KEYS.get(name) or template_identifier(measure.label)
    if len({*keys.values()}) < len(keys):
        raise ValueError("two measures would have one name in templates")
    return keys


def template_identifier(text):
    """A label as a name that templates can use: no blanks, no brackets."""
    return re.sub(r"\W", "", text.replace("m²", "平方米"))


def define_measure(measure):
    """What a measure counts, in Chinese."""
    where, rollup = section_labels()[measure.name], ROLLUPS[measure.rollup]
    meaning = DEFINITIONS.get(measure.name) or f"各社区填报的{measure.label}"
    return f"{meaning}；{rollup}，取自“{where}”。"
