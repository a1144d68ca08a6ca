"""The names templates may use, for the people who write them: figures, lists, and ways to say them."""

from documents.report_figure import ReportFigure, without_marks

# {list: (what it is, the names within a row)}
LISTS = {
    "构成": "所属单位按类型的个数",
    "下级情况": "下级单位的主要数据，一行一个单位",
    "机构情况": "各类机构按建设阶段的个数，一行一类",
    "有名无实": "“机构情况”中有只挂牌的",
    "达标情况": "能评价的标准，一行一条",
    "未达标": "有社区未达标的标准，本地标准在前、达标率低的在前",
    "不能评价": "缺少数据、没有一个社区能评价的标准",
    "缺数较多": "半数以上社区缺数的标准，最多三条",
    "全域未达标": "就全域评价而未达标的标准",
    "同比": "本期与上期都有的主要指标",
    "补充项": "本期补充项，一行一项；没有补充项的一期为空",
    "变差": "达标率比上期低的标准",
    "分期": "分期实施计划，一行一年",
    "治理模式": "按治理模式的社区数",
}
THEMES = "标准、未达标、主要、其余、需补、设备需补、不能评价"
WAYS = [
    ("{{ 总人口 }}", "数字带单位：159,720人；一万元以上写成万元"),
    ("{{ 总人口|数 }}", "不带单位，用在表头写明单位的表格里"),
    ("{{ 总人口|万 }}", "15.97万人"),
    ("{{ 经费预算|万元 }}", "以万元计、不带单位"),
    ("{{ 低保户|附 }}", "后面注明几个社区未填报"),
    ("{{ 缺(总户数, 总人口) }}", "几个数字共同的缺数，说一次"),
    ("{{ 幅度(社区到位最少, 社区到位最多) }}", "1,400元至1,650元"),
    ('{{ 未达标|列("句") }}', "一组标准的句子，用分号连成一段"),
    ('{{ 未达标|分述("句") }}', "一组标准的句子，一是……；二是……"),
    ("{{ 未达标|名单 }}", "一组标准的名称，用顿号连接"),
    ("{%p if 低保户 %} … {%p endif %}", "整段有条件地出现，这两个标记各占一段"),
    ("{% if 党支部 is 多个 %}…{% endif %}", "段落中有条件的文字；另有 is 已知、is 齐全、is 为零"),
    (
        "{%tr for 行 in 下级情况 %} … {%tr endfor %}",
        "表格逐行重复，这两个标记各占一行；中间写 {{ 行.名称 }}",
    ),
    ("{{ 图_经费 }}", "一张图，独占一段；图中数字可在 Word 中编辑"),
]


def vocabulary_groups(context):
    """What the reference page shows: figures by their subject, lists with the names of a row, charts, ways to say."""
    groups = {}
    for key, value in context.names.items():
        if isinstance(value, ReportFigure):
            groups.setdefault(value.source or "报告和合计", []).append((key, value))
    return {
        "figures": groups.items(),
        "lists": [(name, text, names_of_row(context.names[name])) for name, text in LISTS.items()],
        "themes": [
            (name, THEMES) for name, value in context.names.items() if isinstance(value, dict)
        ],
        "flags": [
            (name, value) for name, value in context.names.items() if isinstance(value, bool)
        ],
        "words": [
            (n, without_marks(v))
            for n, v in context.names.items()
            if isinstance(v, str) and not n.startswith("图_")
        ],
        "charts": [(f"图_{name}", chart.title) for name, chart in context.charts.items()],
        "ways": WAYS,
    }


def names_of_row(rows):
    return "、".join(rows[0]) if rows else "本期没有"
