"""What people write for "none", "yes" and "no"."""


def word_set(text):
    return frozenset(text.split())


DASHES = word_set(r"- -- — —— ― – ー / \ ／")
NOTHING = DASHES | word_set("无 没有 暂无 未有 无此项")
YES = word_set("是 有 √ ✓ ✔ ☑ 对 1 y yes true 已落实 落实 已 到位 已到位 已配 已配备 配备")
NO = DASHES | word_set("否 无 × ✗ ✘ ╳ x ☒ 0 n no false 没有 未落实 未 未到位 未配 未配备 不是")
TICKS = word_set("√ ✓ ✔ ☑ 有 是 TRUE true")
CROSSES = word_set("× ✗ ✘ ╳ x X ☒ 否 未配 未配备 FALSE false")
UNKNOWN_DATES = NOTHING | word_set("不详 未知 不清楚 待定")
NO_NUMBER = NOTHING | word_set("〇 零")
STREET_OFFICE = DASHES | word_set("机关 街道机关 本级 街道本级 街道办 街道办事处 办事处 无 街道")
EXCEL_ERRORS = word_set(
    "#REF! #N/A #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA"
)
