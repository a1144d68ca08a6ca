"""Offices keep old browsers: nothing in our front end may be newer than Chromium 86."""

import re

import pytest

from tests.source import texts

pytestmark = pytest.mark.once

# {what would be written: the version of Chromium that brought it}
CSS_TOO_NEW = {
    r":has\(": 105,
    r":(is|where)\(": 88,
    r":not\([^()]*,": 88,
    r":(user-valid|user-invalid)\b": 119,
    r"@layer\b": 99,
    r"@container\b": 105,
    r"@scope\b": 118,
    r"@starting-style\b": 117,
    r"\bcolor-mix\(": 111,
    r"\b(lab|lch|oklab|oklch|light-dark)\(": 111,
    r"(^|[\s;{])inset(-block|-inline)?(-start|-end)?\s*:": 87,
    r"(^|[\s;{])(margin|padding)-(inline|block)\s*:": 87,
    r"(^|[\s;{])aspect-ratio\s*:": 88,
    r"(^|[\s;{])accent-color\s*:": 93,
    r"(^|[\s;{])text-wrap\s*:": 114,
    r"(^|[\s;{])scrollbar-gutter\s*:": 94,
    r"(^|[\s;{])(scrollbar-color|scrollbar-width)\s*:": 121,
    r"(^|[\s;{])(rotate|scale|translate)\s*:": 104,
    r"(^|[\s;{])field-sizing\s*:": 123,
    r"\boverflow(-[xy])?\s*:\s*clip\b": 90,
    r"\d(dvh|svh|lvh|dvw|svw|lvw|cqw|cqh|lh|rlh)\b": 108,
    r"(^|[\s;{}])&[\s.:#>\[+~]": 112,
    r"\bsubgrid\b": 117,
    r"\banchor\(": 125,
    r"@media[^{]*\(\s*(width|height)\s*[<>]": 104,
    r"@media[^{]*prefers-contrast": 96,
    r"forced-colors": 89,
    r"\bround\(|\bmod\(|\brem\(": 125,
}
JS_TOO_NEW = {
    r"\.at\(": 92,
    r"\bObject\.hasOwn\b": 93,
    r"\bObject\.groupBy\b": 117,
    r"\bstructuredClone\b": 98,
    r"\.(findLast|findLastIndex)\(": 97,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\bArray\.fromAsync\b": 121,
    r"\.(isSubsetOf|union|intersection)\(": 122,
    r"\bAbortSignal\.(timeout|any)\b": 103,
    r"\bcrypto\.randomUUID\b": 92,
    r"\bURL\.canParse\b": 120,
    r"\bPromise\.withResolvers\b": 119,
    r"\.(showPopover|hidePopover|togglePopover)\(": 114,
    r"\bstatic\s*\{": 94,
    r"#\w+\s+in\s+": 91,
    r"\bimport\b[^;]*\b(assert|with)\s*\{": 91,
    r"^await\b": 89,
    r"\bnew\s+Error\([^)]*,\s*\{\s*cause": 93,
}
HTML_TOO_NEW = {
    r"\bpopover(target)?\s*=": 114,
    r"\binert\b(?=[\s>])": 102,
    r"\bfetchpriority\s*=": 102,
    r"<search\b": 118,
}


def too_new(table, *patterns):
    """[file: matched word (version)] of everything that Chromium 86 would not know."""
    return [
        f"{path}: {found.group(0).strip()} (Chromium {since})"
        for path, text in texts(*patterns).items()
        for pattern, since in table.items()
        if (found := re.search(pattern, without_comments(text), re.M))
    ]


def without_comments(text):
    """The text as the browser reads it."""
    return re.sub(r"/\*.*?\*/|^\s*//.*$|\{#.*?#\}", "", text, flags=re.S | re.M)


def test_styles_know_nothing_newer_than_chromium_86():
    assert too_new(CSS_TOO_NEW, "static/**/*.css") == []


def test_scripts_know_nothing_newer_than_chromium_86():
    assert too_new(JS_TOO_NEW, "static/**/*.js") == []


def test_templates_know_nothing_newer_than_chromium_86():
    assert too_new(HTML_TOO_NEW, "templates/**/*.html") == []


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (CSS_TOO_NEW, "a:has(b) {}"),
        (CSS_TOO_NEW, "a { inset: 0; }"),
        (CSS_TOO_NEW, ".a {\n  &:hover {}\n}"),
        (CSS_TOO_NEW, "@media (width > 600px) {}"),
        (JS_TOO_NEW, "rows.at(-1)"),
        (JS_TOO_NEW, "await load();"),
        (HTML_TOO_NEW, "<div popover=auto>"),
    ],
)
def test_the_check_recognises(table, written):
    assert [since for pattern, since in table.items() if re.search(pattern, written, re.M)]
