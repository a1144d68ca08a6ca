"""What people type, brought to the plain signs the grammar knows; every character remembers where it stood."""

import re

LONGEST = 1000
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


def fold(text):
    """The text in half-width signs, and for each of its characters the place it came from."""
    plain, origin = [], []
    for at, sign in enumerate(text):
        folded = SIGNS.get(sign) or (chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign)
        plain.append(folded)
        origin.extend([at] * len(folded))
    return "".join(plain), origin


def labels_first(labels):
    """{label: name} as one pattern, longest first, so that 总户数 is not read as 户数; ends where a word ends."""
    folded = sorted((fold(label)[0] for label in labels), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, folded))})(?![^\\W且或非])") if folded else None


def normalise(text, labels):
    """(text for the parser, origin of each of its characters). `labels` are the Chinese words for names."""
    check_length(text)
    plain, origin = fold(text)
    names = {fold(label)[0]: name for label, name in labels.items()}
    pattern, out, places, at = labels_first(labels), [], [], 0
    while at < len(plain):
        token = read_token(plain, at, pattern, names, origin)
        out.append(token[0])
        places.extend([origin[at]] * len(token[0]))
        at = token[1]
    return "".join(out), [*places, len(text)]


def check_length(text):
    if not text.strip():
        raise FormulaError("公式是空的，请写上算式。")
    if len(text) > LONGEST:
        raise FormulaError(f"公式有 {len(text):,} 个字，最多 {LONGEST:,} 个字，请拆成几条标准。")


def read_token(plain, at, pattern, names, origin):
    """(what the parser gets, where the next token starts)."""
    if pattern and (found := pattern.match(plain, at)):
        return f" {names[found.group()]} ", found.end()
    found = TOKEN.match(plain, at)
    if not found:
        raise FormulaError(stray(plain[at], origin[at]))
    if found.lastgroup == "number":
        check_number(plain, found, origin)
    return OPERATORS.get(found.group(), found.group()), found.end()


def stray(sign, at):
    """The sentence for a sign that no formula may hold."""
    if sign == "%":
        return f"第 {at + 1} 个字“%”不能用，百分数请写成小数，如 38% 写成 0.38。"
    if sign in "\"'":
        return f"第 {at + 1} 个字的引号没有成对，请补上另一半。"
    return f"第 {at + 1} 个字“{sign}”不能用在公式里，请删去。"


def check_number(plain, found, origin):
    """A number runs up to a sign or a space: 3户 or 2万 are refused rather than guessed."""
    tail = re.compile(r"[^\W且或非]+").match(plain, found.end())
    if tail:
        written = found.group() + tail.group()
        raise FormulaError(
            f"第 {origin[found.start()] + 1} 个字“{written}”：数字后面不带单位或文字，请只写数字。"
        )
