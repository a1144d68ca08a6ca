"""What people type, brought to the plain signs the grammar knows; every character remembers where it stood."""

import re
from functools import lru_cache

LONGEST = 1000
FULL_WIDTH = 0xFEE0  # from a full-width sign to the same in ASCII
SIGNS = {
    "×": "*",
    "÷": "/",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "、": ",",
    "；": ",",
    "。": " ",
    "−": "-",
    "–": "-",
    "—": "-",
    "“": '"',
    "”": '"',
    "「": '"',
    "」": '"',
    "‘": "'",
    "’": "'",
    "【": "(",
    "】": ")",
    "\u3000": " ",
    "\u00a0": " ",
    "\t": " ",
    "\r": " ",
    "\n": " ",
}
OPERATORS = {
    "且": " and ",
    "或": " or ",
    "非": " not ",
    "=": "==",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
}
TOKEN = re.compile(
    r"""(?P<space>[ ]+)
    |(?P<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<quoted>"[^"]*"|'[^']*')
    |(?P<word>[^\W\d且或非][^\W且或非]*)
    |(?P<sign>且|或|非|==|!=|>=|<=|<>|=>|=<|[-+*/<>=(),.\[\]{}:@&|^~!])
    """,
    re.VERBOSE,
)


class FormulaError(ValueError):
    """A formula that cannot be used; the message is one sentence for the person who wrote it."""


def fold_signs(text: str) -> tuple[str, list[int]]:
    """The text in half-width signs, and for each of its characters the place it came from."""
    plain, origin = [], []
    for place, sign in enumerate(text):
        folded = fold_sign(sign)
        plain.append(folded)
        origin.extend([place] * len(folded))
    return "".join(plain), origin


def fold_sign(sign: str) -> str:
    if sign in SIGNS:
        return SIGNS[sign]
    if "！" <= sign <= "～":
        return chr(ord(sign) - FULL_WIDTH)
    return sign


@lru_cache(maxsize=16)
def labels_pattern(labels: tuple[str, ...]) -> re.Pattern | None:
    """The labels as one pattern, longest first, so that 总户数 is not read as 户数; it ends where a word ends."""
    folded = [fold_signs(label)[0] for label in labels]
    if not folded:
        return None
    folded.sort(key=len, reverse=True)
    choices = "|".join(re.escape(label) for label in folded)
    return re.compile(f"(?:{choices})(?![^\\W且或非])")


def normalise_text(text: str, labels: dict[str, str]) -> tuple[str, list[int]]:
    """(text for the parser, origin of each of its characters). `labels` are the Chinese words for names."""
    check_length(text)
    plain, origin = fold_signs(text)
    names = {fold_signs(label)[0]: name for label, name in labels.items()}
    pattern = labels_pattern(tuple(labels))
    out: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(plain):
        token, end = read_token(plain, start, pattern, names, origin)
        out.append(token)
        places.extend([origin[start]] * len(token))
        start = end
    return "".join(out), [*places, len(text)]


def check_length(text: str) -> None:
    if not text.strip():
        raise FormulaError("公式是空的，请写上算式。")
    if len(text) > LONGEST:
        raise FormulaError(f"公式有 {len(text):,} 个字，最多 {LONGEST:,} 个字，请拆成几条标准。")


def read_token(plain: str, at: int, pattern, names: dict, origin: list[int]) -> tuple[str, int]:
    """(what the parser gets, where the next token starts)."""
    if pattern and (found := pattern.match(plain, at)):
        return f" {names[found.group()]} ", found.end()
    found = TOKEN.match(plain, at)
    if not found:
        raise FormulaError(stray_sign_sentence(plain[at], origin[at]))
    if found.lastgroup == "number":
        check_number(plain, found, origin)
    return OPERATORS.get(found.group(), found.group()), found.end()


def stray_sign_sentence(sign: str, at: int) -> str:
    """The sentence for a sign that no formula may hold."""
    if sign == "%":
        return f"第 {at + 1} 个字“%”不能用，百分数请写成小数，如 38% 写成 0.38。"
    if sign in "\"'":
        return f"第 {at + 1} 个字的引号没有成对，请补上另一半。"
    return f"第 {at + 1} 个字“{sign}”不能用在公式里，请删去。"


def check_number(plain: str, found: re.Match, origin: list[int]) -> None:
    """A number runs up to a sign or a space: 3户 or 2万 are refused rather than guessed."""
    tail = re.compile(r"[^\W且或非]+").match(plain, found.end())
    if tail:
        written = found.group() + tail.group()
        place = origin[found.start()] + 1
        raise FormulaError(f"第 {place} 个字“{written}”：数字后面不带单位或文字，请只写数字。")
