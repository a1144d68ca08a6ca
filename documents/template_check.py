"""A bureau's own template, before it is kept: is it a document, does it do nothing but say figures, are all names known.

Templates are code of a small kind, written by strangers: only plain output, conditions and loops over the context's lists
pass, and what passes still runs in the sandbox of `words`.
"""

import zipfile
from difflib import get_close_matches
from io import BytesIO

from django.core.exceptions import ValidationError
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.sandbox import SecurityError

from documents.template_filters import template_environment

MAX_FILE, MAX_UNPACKED, MAX_PARTS = 5 * 1024 * 1024, 40 * 1024 * 1024, 300
MAX_NESTING = 2
ALLOWED = (
    *(
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Const,
        nodes.Getattr,
        nodes.If,
        nodes.For,
    ),
    *(
        nodes.Filter,
        nodes.Call,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Compare,
        nodes.Operand,
        nodes.CondExpr,
        nodes.Test,
    ),
)
HOW = "标记写作 {{ 总户数 }}，条件成对写作 {%p if … %} 和 {%p endif %}。"
NOT_A_DOCUMENT = (
    "这不是 Word 文档（.docx）。请下载系统模板，在 Word 或 WPS 中修改后另存为 .docx 再传。"
)


def check_template(data, context):
    """Pass, or raise ValidationError with a sentence for each thing that is wrong."""
    check_template_package(data)
    try:
        trees = []
        for source in template_sources(data):
            tree = template_environment().parse(source)
            trees.append(tree)
        wrong = []
        for tree in trees:
            wrong.extend(forbidden_constructs(tree))
            wrong.extend(unknown_names(tree, context))
    except TemplateSyntaxError as error:
        raise ValidationError(f"模板中的标记写得不对：{syntax_message(error)}。{HOW}") from None
    if wrong:
        raise ValidationError(wrong)
    render_once(data, context)


def check_template_package(data):
    """A .docx of a sensible size, whose parts do not swell when unpacked, without macros."""
    if len(data) > MAX_FILE:
        raise ValidationError("模板超过 5 MB。请删去大图片后再传。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or unpacked_size(package, parts) > MAX_UNPACKED:
                raise ValidationError("模板解开后过大，不能使用。")
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise ValidationError(NOT_A_DOCUMENT) from None
    if "word/document.xml" not in names:
        raise ValidationError(NOT_A_DOCUMENT)
    if any("vbaProject" in name for name in names):
        raise ValidationError("模板带有宏，不能使用。请另存为不带宏的 .docx 再传。")


def unpacked_size(package, parts):
    """The size after unpacking, counted while reading: what a zip declares is whatever its author wrote."""
    total = 0
    for part in parts:
        with package.open(part) as file:
            while total <= MAX_UNPACKED and (chunk := file.read(256 * 1024)):
                total += len(chunk)
    return total


def template_sources(data):
    """What docxtpl hands to Jinja: body, headers, footers and notes with their tags put together, and the properties."""
    template = DocxTemplate(BytesIO(data))
    try:
        template.init_docx()
    except (ValueError, KeyError, SyntaxError, PackageNotFoundError):
        raise ValidationError(NOT_A_DOCUMENT) from None
    texts = []
    for part in template.docx.part.package.iter_parts():
        is_text = str(part.content_type).endswith("+xml")
        if is_text and str(part.partname).startswith("/word/"):
            text = part.blob.decode("utf-8", "replace")
            texts.append(text)
    said = template.docx.core_properties
    properties = [
        said.author,
        said.comments,
        said.identifier,
        said.language,
        said.subject,
        said.title,
    ]
    return [*map(template.patch_xml, texts), *properties]


def syntax_message(error):
    """What Jinja found, where one can say it in Chinese."""
    text = str(error)
    if "No filter named" in text:
        return f"没有“{text.split(chr(39))[1]}”这种写法"
    if "Unexpected end" in text or "end of template" in text:
        return "有条件或循环没有结束"
    if "unknown tag" in text or "Encountered" in text:
        return "有不认识的标记，或条件、循环没有成对"
    return "有一处标记不完整"


def forbidden_constructs(tree):
    """What a template has no business to do."""
    every = list(tree.find_all(nodes.Node))
    if not all(is_allowed_node(node) for node in every):
        yield "模板中只能写数字名称、条件（if）和循环（for），不能写运算、赋值、宏或引用别的文件。"
    if loop_depth(tree) > MAX_NESTING:
        yield f"循环最多套 {MAX_NESTING} 层。"


def is_allowed_node(node):
    """Whether a template may contain this; a call only of a plain name."""
    if isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
        return False
    return isinstance(node, (*ALLOWED, nodes.Helper))


def loop_depth(node):
    inner = 0
    for child in node.iter_child_nodes():
        inner = max(inner, loop_depth(child))
    return inner + isinstance(node, nodes.For)


def unknown_names(tree, context):
    """Names that are no figures, each with the nearest that is."""
    known = {*context.names, *template_environment().globals}
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        near = get_close_matches(name, known, 1)
        yield f"没有“{name}”这个数字{f'，是不是“{near[0]}”？' if near else '。可用的名称见“可用数字”页。'}"


def render_once(data, context):
    """Written once with the figures of today."""
    try:
        DocxTemplate(BytesIO(data)).render(context.names, template_environment(), autoescape=True)
    except UndefinedError as error:
        name = str(error).split("'")[-2] if "'" in str(error) else ""
        raise ValidationError(
            f"表格或循环中没有“{name}”这一项。可用的名称见“可用数字”页。"
        ) from None
    except SecurityError:
        raise ValidationError("模板中有不允许的写法。") from None
    except (TypeError, AttributeError, ValueError, SyntaxError, KeyError):
        raise ValidationError(
            "模板不能生成报告：有的名称用错了地方，如把一组数字当作一个数字。请对照“可用数字”页修改。"
        ) from None
