"""From text to nodes. Python's grammar splits the text; only the kinds of nodes listed here go any further."""

import ast
import difflib
from functools import singledispatchmethod
from typing import cast

from communities.models import Governance, Kind
from reports.engine.formulas import nodes
from reports.engine.formulas.text import FormulaError, normalise_text
from surveys.measures import Measure

MOST_PARTS, DEEPEST, LARGEST, MOST_PRODUCTS, HEAVIEST = 200, 20, 1e12, 16, 5000
FACTS = {"kind": ("类型", Kind), "governance": ("治理模式", Governance)}
FUNCTION_WORDS = {
    "取最小": "min",
    "取最大": "max",
    "绝对值": "abs",
    "进整": "ceil",
    "首个有值": "coalesce",
    "分档": "case",
    "已填报": "known",
    "上期": "last_year",
    "上年": "last_year",
    "类型": "kind",
    "治理模式": "governance",
}
ARGUMENTS = {"min": (2, 20), "max": (2, 20), "abs": (1, 1), "ceil": (1, 1), "coalesce": (2, 20)}
FUNCTIONS = (*ARGUMENTS, "case", "known", "last_year")
SIGNS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
SIGNS |= {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
REFUSED = {
    ast.Attribute: "公式里不能用“.”取下属的东西",
    ast.Lambda: "公式里不能写 lambda",
    ast.Subscript: "公式里不能用方括号取值",
    ast.IfExp: "公式里不能写 if…else，请用 case(条件, 值, …, 其余)",
    ast.JoinedStr: "公式里不能写 f 字符串",
    ast.NamedExpr: "公式里不能用“:=”赋值",
    ast.ListComp: "公式里不能写循环",
    ast.GeneratorExp: "公式里不能写循环",
    ast.SetComp: "公式里不能写循环",
    ast.DictComp: "公式里不能写循环",
    ast.Dict: "公式里不能用花括号",
    ast.Set: "公式里不能用花括号",
    ast.List: "方括号只能用在 in 后面",
    ast.Tuple: "逗号只用来分开函数的各项，数字里也不写千分号",
    ast.Starred: "公式里不能用“*”展开",
    ast.Await: "公式里不能写 await",
    ast.Yield: "公式里不能写 yield",
    ast.Pow: "公式里不能用乘方“**”，请写成连乘",
    ast.FloorDiv: "公式里不能用“//”，除法写“/”，进整写 ceil(…)",
    ast.MatMult: "公式里不能用“@”",
    ast.BitAnd: "公式里不能用“&”，并且写 and 或“且”",
    ast.BitOr: "公式里不能用“|”，或者写 or 或“或”",
    ast.Invert: "公式里不能用“~”，否定写 not 或“非”",
    ast.Is: "公式里不能用 is，相等写“==”",
    ast.IsNot: "公式里不能用 is，不等写“!=”",
    ast.In: 'in 只能用于类型或治理模式，如 kind in ("village", "community")',
    ast.NotIn: 'not in 只能用于类型或治理模式，如 kind not in ("village",)',
}


def parse(text: str, names) -> nodes.Formula:
    """The formula `text` over measures `names` ({name: Measure}); raises FormulaError with one Chinese sentence."""
    labels = {measure.label: name for name, measure in names.items()}
    plain, places = normalise_text(text, labels | FUNCTION_WORDS)
    tree = syntax_tree(plain, places, text)
    check_size(tree)
    root = TreeReader(plain, names).read(tree)
    check_cost(root)
    return nodes.Formula(text.strip(), root)


def syntax_tree(plain: str, places: list[int], text: str) -> ast.expr:
    """Python's syntax tree of the normalised text."""
    try:
        return ast.parse(plain.strip(), mode="eval").body
    except (MemoryError, RecursionError):
        raise FormulaError(f"公式嵌套太深，最多 {DEEPEST} 层，请拆成几条标准。") from None
    except (SyntaxError, ValueError) as error:
        raise FormulaError(syntax_error_sentence(error, plain, places, text)) from None


def syntax_error_sentence(error, plain: str, places: list[int], text: str) -> str:
    """The sentence for text that is no expression, with the place where reading stopped."""
    if "nested" in str(error):
        return f"公式嵌套太深，最多 {DEEPEST} 层，请拆成几条标准。"
    if "never closed" in str(error):
        return "有左括号没有配上右括号，请补上“)”。"
    at = place_of_error(error, plain, places, text)
    if at >= len(text.rstrip()):
        return "公式没有写完，请看末尾缺什么。"
    return f"第 {at + 1} 个字“{text[at]}”附近不成算式，请检查括号、逗号和运算符。"


def place_of_error(error, plain: str, places: list[int], text: str) -> int:
    """Where in the text as it was written reading stopped; its end where Python does not say."""
    stopped = getattr(error, "offset", 0)
    if not stopped:
        return len(text)
    blanks = len(plain) - len(plain.lstrip())
    return places[min(stopped - 1 + blanks, len(places) - 1)]


def check_size(tree: ast.expr) -> None:
    parts = sum(isinstance(node, ast.expr) for node in ast.walk(tree))
    if parts > MOST_PARTS:
        raise FormulaError(f"公式有 {parts} 个部分，最多 {MOST_PARTS} 个，请拆成几条标准。")
    if tree_depth(tree) > DEEPEST:
        raise FormulaError(f"公式嵌套太深，最多 {DEEPEST} 层，请拆成几条标准。")


def tree_depth(node: ast.AST) -> int:
    below = [tree_depth(child) for child in ast.iter_child_nodes(node)]
    deepest = max(below, default=0)
    return deepest + 1 if isinstance(node, ast.expr) else deepest


def check_cost(root: nodes.Node) -> None:
    """So that no formula overflows a double on PostgreSQL (an error there) or repeats itself beyond reason."""
    products = 0
    for node in root.walk():
        if isinstance(node, nodes.Arithmetic) and node.sign in "*/":
            products += 1
    if products > MOST_PRODUCTS:
        raise FormulaError(f"公式有 {products} 次乘除，最多 {MOST_PRODUCTS} 次，请拆成几条标准。")
    if root.weight > HEAVIEST:
        raise FormulaError("公式里 min、max、case 层层相套太多，请拆成几条标准。")


class TreeReader:
    """Turns a syntax tree into our nodes, or says why not."""

    def __init__(self, plain: str, names) -> None:
        self.plain, self.names = plain.strip(), names

    def written(self, node) -> str:
        found = ast.get_source_segment(self.plain, node) or ""
        return " ".join(found.split())[:40]

    @singledispatchmethod
    def read(self, node) -> nodes.Node:
        what = REFUSED.get(type(node), f"公式里不能这样写：{type(node).__name__}")
        raise FormulaError(f"{what}（“{self.written(node)}”）。")

    def condition(self, node) -> nodes.Condition:
        found = self.read(node)
        if not found.is_condition:
            written = self.written(node)
            raise FormulaError(f"“{written}”是一个数，这里要写条件，如“{written} > 0”。")
        return cast(nodes.Condition, found)

    @read.register
    def _(self, node: ast.Constant) -> nodes.Node:
        if isinstance(node.value, str):
            raise FormulaError(
                f"文字“{node.value[:40]}”只能与 kind（类型）或 governance（治理模式）比较。"
            )
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise FormulaError(f"“{self.written(node)}”不是数，请写数字或指标。")
        if abs(node.value) > LARGEST:
            raise FormulaError(f"数“{self.written(node)}”太大，最大 {LARGEST:,.0f}。")
        return nodes.Number(float(node.value))

    @read.register
    def _(self, node: ast.Name) -> nodes.Node:
        if node.id in FACTS:
            raise FormulaError(
                f"“{FACTS[node.id][0]}”（{node.id}）是文字，只能写成 {node.id} == “…”。"
            )
        return nodes.Name(node.id, self.measure(node.id).label)

    def measure(self, name: str) -> Measure:
        if name not in self.names:
            raise FormulaError(unknown_name_sentence(name, self.names))
        return self.names[name]

    @read.register
    def _(self, node: ast.UnaryOp) -> nodes.Node:
        if isinstance(node.op, ast.Not):
            return nodes.Not(self.condition(node.operand))
        if isinstance(node.op, ast.Invert):
            raise FormulaError(f"{REFUSED[ast.Invert]}。")
        part = self.read(node.operand)
        if isinstance(node.op, ast.USub):
            return nodes.Negative(part)
        return part

    @read.register
    def _(self, node: ast.BinOp) -> nodes.Node:
        return nodes.Arithmetic(self.sign(node.op), self.read(node.left), self.read(node.right))

    def sign(self, operator: ast.AST) -> str:
        if type(operator) not in SIGNS:
            refusal = REFUSED.get(type(operator), "没有这种运算符，可用 + - * / 和比较")
            raise FormulaError(f"{refusal}。")
        return SIGNS[type(operator)]

    @read.register
    def _(self, node: ast.BoolOp) -> nodes.Node:
        parts = tuple(self.condition(value) for value in node.values)
        if isinstance(node.op, ast.And):
            return nodes.Both(parts)
        return nodes.Either(parts)

    @read.register
    def _(self, node: ast.Compare) -> nodes.Node:
        if isinstance(node.left, ast.Name) and node.left.id in FACTS:
            return self.fact(node)
        sides = [node.left, *node.comparators]
        pairs = []
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            pairs.append(nodes.Compare(self.sign(operator), self.read(left), self.read(right)))
        if len(pairs) == 1:
            return pairs[0]
        return nodes.Both(tuple(pairs))

    def fact(self, node: ast.Compare) -> nodes.Condition:
        """kind == "village", kind in ("village", "community"), and their negations."""
        operator, wanted = node.ops[0], node.comparators[0]
        many = isinstance(operator, (ast.In, ast.NotIn))
        if len(node.ops) > 1 or not (many or isinstance(operator, (ast.Eq, ast.NotEq))):
            raise FormulaError(
                f"“{self.written(node)}”：{node.left.id} 只能用 == 、!= 或 in 与引号里的词比较。"
            )
        parts = [wanted]
        if many and isinstance(wanted, (ast.Tuple, ast.List)):
            parts = wanted.elts
        found = self.fact_in(node.left.id, parts)
        if isinstance(operator, (ast.NotEq, ast.NotIn)):
            return nodes.Not(found)
        return found

    def fact_in(self, fact: str, parts: list) -> nodes.Fact:
        """The condition that a fact is one of the words written, by value or by label."""
        label, choices = FACTS[fact]
        known = {}
        for choice in choices:
            known[choice.value] = known[choice.label] = choice
        found = []
        for part in parts:
            word = part.value if isinstance(part, ast.Constant) else None
            if not isinstance(word, str) or word not in known:
                words = "、".join(f"{choice.value}（{choice.label}）" for choice in choices)
                raise FormulaError(f"{label}没有“{self.written(part)}”这个词，可用：{words}。")
            found.append(known[word])
        values = tuple(choice.value for choice in found)
        labels = tuple(choice.label for choice in found)
        return nodes.Fact(fact, label, values, labels)

    @read.register
    def _(self, node: ast.Call) -> nodes.Node:
        name = node.func.id if isinstance(node.func, ast.Name) else self.written(node.func)
        if name not in FUNCTIONS or not isinstance(node.func, ast.Name):
            raise FormulaError(f"没有叫“{name}”的函数，可用：{'、'.join(FUNCTIONS)}。")
        if node.keywords:
            raise FormulaError(f"{name}(…) 里只写各项，不写“名称=值”。")
        read = getattr(self, f"read_{name}", self.read_function)
        return read(name, node.args)

    def read_function(self, name: str, args: list) -> nodes.Function:
        self.check_count(name, args, *ARGUMENTS[name])
        return nodes.Function(name, tuple(self.read(arg) for arg in args))

    def check_count(self, name: str, args: list, least: int, most: int) -> None:
        if not least <= len(args) <= most:
            wanted = f"{least} 项" if least == most else f"{least} 到 {most} 项"
            raise FormulaError(f"{name}(…) 要写 {wanted}，现有 {len(args)} 项。")

    def read_known(self, name: str, args: list) -> nodes.Known:
        self.check_count(name, args, 1, 1)
        return nodes.Known(self.read(args[0]))

    def read_last_year(self, name: str, args: list) -> nodes.Name:
        self.check_count(name, args, 1, 1)
        if not isinstance(args[0], ast.Name):
            raise FormulaError(f"last_year(…) 里只写一个指标，不写“{self.written(args[0])}”。")
        return nodes.Name(args[0].id, self.measure(args[0].id).label, last_year=True)

    def read_case(self, name: str, args: list) -> nodes.Case:
        self.check_count(name, args, 3, 41)
        if len(args) % 2 == 0:
            raise FormulaError("case(…) 应写成：条件, 值, 条件, 值, …, 其余；末尾缺“其余”的值。")
        *steps, rest = args
        conditions, values = steps[::2], steps[1::2]
        branches = []
        for condition, value in zip(conditions, values, strict=True):
            branches.append((self.condition(condition), self.read(value)))
        return nodes.Case(tuple(branches), self.read(rest))


def unknown_name_sentence(name: str, names) -> str:
    """The sentence for a name no measure bears, with the nearest one."""
    by_word = {}
    for key, measure in names.items():
        by_word[measure.label] = by_word[key] = key
    near = difflib.get_close_matches(name, by_word, n=1, cutoff=0.5)
    if not near:
        return f"没有叫“{name[:40]}”的指标，请从指标表中选用。"
    found = by_word[near[0]]
    return f"没有叫“{name[:40]}”的指标，是不是“{found}（{names[found].label}）”？"
