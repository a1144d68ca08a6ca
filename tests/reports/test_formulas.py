"""Formulas: what they mean on the running database, and what is refused with which sentence."""

import math

import pytest
from django.db.models import Case, CharField, FloatField, Value, When
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from communities.models import Unit
from reports.engine.formulas import FormulaError, parse
from surveys.measures import Measure
from tests.large import examples
from tests.reports.reference import evaluate

NAMES = {
    "households": Measure("households", "总户数", "户", None),
    "residents": Measure("residents", "总人口", "人", None),
    "office_area": Measure("office_area", "办公用房面积", "m²", None),
    "premises_below_20": Measure("premises_below_20", "20 m² 以下用房", "处", None),
    "service_centre_stage": Measure("service_centre_stage", "服务中心（站）建设阶段", "级", None),
}
BLANK = dict.fromkeys([*NAMES, *(f"last_year:{name}" for name in NAMES)]) | {
    "kind": "community",
    "governance": "",
}


def resolver(row):
    """Measures as constants, so that one row of any table will do."""

    def resolve(name):
        text = name in ("kind", "governance")
        return Value(row[name], output_field=CharField() if text else FloatField())

    return resolve


def calculate(formula, row):
    """The value of a formula on the running database."""
    if not Unit.objects.exists():
        Unit.objects.create(name="河北省", level=1, kind="province", path="/1/")
    expression = formula.compile(resolver(row))
    return Unit.objects.annotate(answer=expression).values_list("answer", flat=True).first()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "row", "answer"),
    [
        ("1 / 3", {}, 1 / 3),
        ("households / residents", {"households": 1.0, "residents": 0.0}, None),
        ("households + residents", {"households": 1.0}, None),
        ("households > 0 and residents > 0", {"households": 0.0}, 0),
        ("households > 0 and residents > 0", {"households": 1.0}, None),
        ("households > 0 or residents > 0", {"households": 1.0}, 1),
        ("not (households > 0)", {}, None),
        ("not (households > 0 and residents > 0)", {"households": 0.0}, 1),
        ("min(700, max(300, 0.3 * households))", {"households": 5000.0}, 700),
        ("min(3, households)", {}, None),
        ("max(3, households)", {}, None),
        ("ceil((households - 500) / 100)", {"households": 501.0}, 1),
        ("ceil(1000000000000 * 1000000000000)", {}, 1e24),
        ("abs(households)", {"households": -3.0}, 3),
        ("case(households < 1000, 60, households <= 2000, 80, 100)", {"households": 2000.0}, 80),
        ("case(households < 1000, 60, 100)", {}, None),
        ("known(households)", {}, 0),
        ("coalesce(households, 7)", {}, 7),
        ("last_year(households)", {"households": 1.0, "last_year:households": 2.0}, 2),
        ("100 <= households <= 700", {"households": 100.0}, 1),
        ('kind == "village"', {"kind": "village"}, 1),
        ('kind in ("village", "community")', {"kind": "town"}, 0),
        ('kind != "village"', {"kind": "village"}, 0),
        ('governance == "county"', {}, None),
        ("kind == “村”", {"kind": "village"}, 1),
        ("(households > 1) + (residents > 1)", {"households": 2.0, "residents": 1.0}, 1),
        ("-households * -2", {"households": 3.0}, 6),
    ],
)
def test_formula_value(text, row, answer):
    found = calculate(parse(text, NAMES), BLANK | row)
    assert found == answer
    assert found is None or not isinstance(found, bool)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("总户数 ≥ １００ 且 总户数≤７００", "总户数 ≥ 100 且 总户数 ≤ 700"),
        ("３００×总户数÷（总人口－１）", "300 × 总户数 ÷ （总人口 − 1）"),
        ("20 m² 以下用房 ＞ 0 或 非 （总人口 ≠ 1）", "20 m² 以下用房 ＞ 0 或 非（总人口 ≠ 1）"),
        ("服务中心（站）建设阶段 = 4。", "服务中心（站）建设阶段 ＝ 4"),
        ("max(300、0.3*households)", "取最大（300，0.3 × 总户数）"),
        ("case(households<1000,60,100)", "［总户数 ＜ 1,000时 60；其余 100］"),
        ("office_area >= last_year(office_area)", "办公用房面积 ≥ 上期办公用房面积"),
        ('kind in ("village", "community") and known(residents)', "类型为村、社区 且 已填报总人口"),
        ("households - (residents - 1)", "总户数 − （总人口 − 1）"),
    ],
)
def test_formula_reads_chinese_signs_and_says_itself(text, words):
    assert parse(text, NAMES).words == words


def test_formula_names_its_measures():
    formula = parse('households > last_year(residents) and kind == "village"', NAMES)
    assert formula.names == {"households"}
    assert formula.facts == {"kind"}
    assert formula.is_condition


@pytest.mark.django_db
def test_formula_condition_serves_when():
    formula = parse("households > 1", NAMES)
    Unit.objects.create(name="河北省", level=1, kind="province", path="/1/")
    met = Case(
        When(formula.condition(resolver(BLANK | {"households": 2.0})), then=Value("met")),
        default=Value("no"),
    )
    assert Unit.objects.annotate(answer=met).get().answer == "met"


REFUSED = {
    "household > 1": "没有叫“household”的指标，是不是“households（总户数）”？",
    "总户 > 1": "没有叫“总户”的指标，是不是“households（总户数）”？",
    "zzz": "没有叫“zzz”的指标，请从指标表中选用。",
    "": "公式是空的，请写上算式。",
    "households.real": "公式里不能用“.”取下属的东西（“households.real”）。",
    "__import__('os')": (
        "没有叫“__import__”的函数，可用：min、max、abs、ceil、coalesce、case、known、last_year。"
    ),
    "min(households, 1)(2)": (
        "没有叫“min(households, 1)”的函数，可用：min、max、abs、ceil、coalesce、case、known、last_year。"
    ),
    "lambda: 1": "公式里不能写 lambda（“lambda: 1”）。",
    "'households'": "文字“households”只能与 kind（类型）或 governance（治理模式）比较。",
    "households == 'a'": "文字“a”只能与 kind（类型）或 governance（治理模式）比较。",
    "10**10**10": "公式里不能用乘方“**”，请写成连乘。",
    "9" * 400: f"数“{'9' * 40}”太大，最大 1,000,000,000,000。",
    "1e999": "数“1e999”太大，最大 1,000,000,000,000。",
    "(" * 150 + "1" + ")" * 150: None,
    "(" * 300 + "1" + ")" * 300: "公式嵌套太深，最多 20 层，请拆成几条标准。",
    "abs(" * 30 + "1" + ")" * 30: "公式嵌套太深，最多 20 层，请拆成几条标准。",
    "-" * 900 + "1": "公式有 901 个部分，最多 200 个，请拆成几条标准。",
    "households+" * 91: "公式有 1,001 个字，最多 1,000 个字，请拆成几条标准。",
    "*".join(["households"] * 20): "公式有 19 次乘除，最多 16 次，请拆成几条标准。",
    "max(" * 8 + "households" + ",1)" * 8: "公式里 min、max、case 层层相套太多，请拆成几条标准。",
    "households +": "公式没有写完，请看末尾缺什么。",
    "(households": "有左括号没有配上右括号，请补上“)”。",
    "1 + * 2": "第 5 个字“*”附近不成算式，请检查括号、逗号和运算符。",
    "households residents": "第 12 个字“r”附近不成算式，请检查括号、逗号和运算符。",
    "3户": "第 1 个字“3户”：数字后面不带单位或文字，请只写数字。",
    "households > 38%": "第 16 个字“%”不能用，百分数请写成小数，如 38% 写成 0.38。",
    "households; residents": "第 11 个字“;”不能用在公式里，请删去。",
    'kind == "village': "第 9 个字的引号没有成对，请补上另一半。",
    "1,000": "逗号只用来分开函数的各项，数字里也不写千分号（“1,000”）。",
    "not households": "“households”是一个数，这里要写条件，如“households > 0”。",
    "kind": "“类型”（kind）是文字，只能写成 kind == “…”。",
    'kind > "village"': '“kind > "village"”：kind 只能用 == 、!= 或 in 与引号里的词比较。',
    'governance == "x"': (
        '治理模式没有“"x"”这个词，可用：traditional（传统型）、county（县域型）、big_community（大社区）。'
    ),
    "True": "“True”不是数，请写数字或指标。",
    "[households]": "方括号只能用在 in 后面（“[households]”）。",
    "{households}": "公式里不能用花括号（“{households}”）。",
    "households if 1 else 2": (
        "公式里不能写 if…else，请用 case(条件, 值, …, 其余)（“households if 1 else 2”）。"
    ),
    "households in (1, 2)": 'in 只能用于类型或治理模式，如 kind in ("village", "community")。',
    "min(households)": "min(…) 要写 2 到 20 项，现有 1 项。",
    "case(households > 1, 1, residents > 1, 2)": (
        "case(…) 应写成：条件, 值, 条件, 值, …, 其余；末尾缺“其余”的值。"
    ),
    "last_year(1)": "last_year(…) 里只写一个指标，不写“1”。",
    "households # 注": "第 12 个字“#”不能用在公式里，请删去。",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_formula_refused_with_its_own_sentence(text, sentence):
    if sentence is None:
        assert parse(text, NAMES).words == "1"
        return
    with pytest.raises(FormulaError) as error:
        parse(text, NAMES)
    assert str(error.value) == sentence


def test_formula_condition_refuses_a_number():
    with pytest.raises(FormulaError, match="“households”是一个数"):
        parse("households", NAMES).condition(resolver(BLANK))


VALUES = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, -1.0, 0.5, 300.0, 1e10]),
    st.integers(-10_000, 10_000).map(float),
)
CONSTANTS = st.sampled_from(["0", "1", "0.3", "300", "20000", "1e6"])
LEAVES = st.one_of(CONSTANTS, st.sampled_from([*NAMES, "last_year(households)"]))
FACTS = st.sampled_from(
    ['(kind == "village")', '(kind not in ("village", "town"))', '(governance == "county")']
)


def numbers(inner):
    conditions = st.one_of(
        FACTS,
        st.builds(
            "({} {} {})".format, inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner
        ),
        st.builds("known({})".format, inner),
    )
    logic = st.one_of(
        conditions,
        st.builds("({} {} {})".format, conditions, st.sampled_from(["and", "or"]), conditions),
        st.builds("(not ({} or {}))".format, conditions, conditions),
    )
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(-{})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "coalesce"]), inner, inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "ceil"]), inner),
        st.builds("case({}, {}, {}, {}, {})".format, logic, inner, logic, inner, inner),
        logic,
    )


FORMULAS = st.recursive(LEAVES, numbers, max_leaves=6)
ROWS = st.fixed_dictionaries(
    dict.fromkeys([*NAMES, "last_year:households"], VALUES)
    | {
        "kind": st.sampled_from(["village", "community"]),
        "governance": st.sampled_from(["", "county"]),
    }
)


def agree(found, expected):
    if found is None or expected is None:
        return found is None and expected is None
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6)


class TestAgreement(TestCase):
    """The databases and plain Python say the same about any formula and any row."""

    @examples("formulas against plain Python", usual=120, long=5_000)
    @given(FORMULAS, ROWS)
    def test_formula_agrees_with_reference(self, text, row):
        assume(len(text) < 1000 and text.count("(") < 20)
        formula = parse(text, NAMES)
        assert agree(calculate(formula, row), evaluate(formula.root, row))
