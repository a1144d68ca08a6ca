"""Which filing a row belongs to: by code, by name within its street, by the name of its Party branch."""

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from communities.models import Level, full_code
from communities.tree import path_end, path_ids
from surveys.models import Filing, Status
from surveys.reading.cells import raw_cell_text
from surveys.reading.words import STREET_OFFICE

COMMITTEE = re.compile(r"(社区)?(居民委员会|村民委员会|居委会|村委会|居民委|居委)$")
KIND = re.compile(r"(社区|村|街道办事处|街道|镇|乡|办事处)$")
BRANCH = re.compile(
    r"(联合)?(党总支部|党总支|党支部|支部委员会|党委|党工委|总支|支部|委员会|党组织)(委员会)?$"
)
LOST_CODE = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
CODE = re.compile(r"\d{6,12}")
LONGEST_NAME = 12  # pieces of a name that holds separators itself
SEPARATORS = re.compile(r"[、，,;；/\\|\s\u3000和与及]+")


@lru_cache(20_000)
def squeezed_name(text):
    """A name without width and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(20_000)
def name_stem(name):
    """What is left of a unit's name without its kind: 育才 for 育才社区居民委员会."""
    short = COMMITTEE.sub("", squeezed_name(name))
    return KIND.sub("", short) or short or squeezed_name(name)


@lru_cache(20_000)
def name_without_committee(name):
    """A community's name without the committee: 育才社区 for 育才社区居民委员会, and for 育才居委会."""
    text = squeezed_name(name)
    bare = re.sub(r"(居民委员会|村民委员会|居委会|村委会)$", "", text)
    return bare if bare != text or not bare else text


@dataclass(frozen=True)
class UnitProblem:
    """Why a row's unit is not clear; `column` is the kind of the cell to name: code, street or name."""

    reason: str
    expected: str = ""
    column: str = "name"


@dataclass(eq=False)
class RegisterEntry:
    """A filing as the reader needs it."""

    id: int
    name: str
    code: str
    level: int
    path: str
    open: bool
    status: str
    within: bool = True

    @property
    def short(self):
        return name_without_committee(self.name)


@dataclass
class Register:
    """The filings of a round, findable by code and by all forms of their names."""

    nodes: list[RegisterEntry]
    area: str = ""
    by_id: dict = field(default_factory=dict)
    by_code: dict = field(default_factory=dict)
    by_name: dict = field(default_factory=dict)
    cache: dict = field(default_factory=dict)

    def __post_init__(self):
        for node in self.nodes:
            self.by_id[node.id] = node
            self.by_code[node.code] = node
            for form in {squeezed_name(node.name), node.short, name_stem(node.name)}:
                self.by_name.setdefault(form, []).append(node)
        self.by_code.pop("", None)
        self.unit_paths = {path_ids(node.path)[-1]: node for node in self.nodes}

    @classmethod
    def of(cls, round, unit=None):
        """All filings of the round; those outside `unit` are known by name only."""
        rows = Filing.objects.filter(round=round).values_list(
            "pk", "name", "code", "level", "path", "status"
        )
        area = unit.path if unit else ""
        return cls([node_of(row, area) for row in rows.iterator()], unit.name if unit else "")

    def above(self, node, level):
        """The filing of the street or district a node lies in."""
        for unit in path_ids(node.path)[::-1]:
            found = self.unit_paths.get(unit)
            if found and found.level <= level:
                return found if found.level == level else None
        return None

    def named(self, name, levels, area=None):
        """Filings with this name: in full where one bears it, else by its stem; within `area` if given."""
        for form in (squeezed_name(name), name_without_committee(name), name_stem(name)):
            found = [
                node
                for node in self.by_name.get(form, [])
                if node.level in levels and node_lies_inside(node, area)
            ]
            if found:
                return same_kind(found, name)
        return []

    def find(self, code, district, street, name, levels):
        """The node of a row, or the Problem with it."""
        key = (code, district, street, name, levels)
        if key not in self.cache:
            self.cache[key] = self.resolve(*key)
        return self.cache[key]

    def resolve(self, code, district, street, name, levels):
        coded = self.by_code.get(read_code(code))
        coded = coded if coded and coded.level in levels else None
        area, problem = self.area_of(district, street)
        if means_street_office(name, street):
            return self.office(coded, area, street, levels, problem)
        found = self.by_text(name, levels, area)
        if coded and not found:
            return self.known_by_code(coded, name, levels, area)
        if coded and coded not in found:
            return UnitProblem(
                f"区划代码 {coded.code} 是{coded.short}，名称却写“{raw_cell_text(name)}”（{self.described(found[0])}）",
                f"核对后决定：{coded.short}（{coded.code}）或 {found[0].short}（{found[0].code}）。",
            )
        if coded:
            return coded
        return self.only(found, name, area, street, levels, problem)

    def area_of(self, district, street):
        """The street (or district) node a row names."""
        area = None
        for text, level in ((district, Level.DISTRICT), (street, Level.STREET)):
            if not text:
                continue
            found = self.named(str(raw_cell_text(text)), (level,), area)
            if len(found) != 1:
                kind = "街道" if level == Level.STREET else "区县"
                return area, UnitProblem(
                    f"{kind}“{raw_cell_text(text)}”不在本期名单里", "写名单中的全名。", "street"
                )
            area = found[0]
        return area, None

    def by_text(self, name, levels, area):
        """Candidates for a community's or branch's name, in the street first, elsewhere if it is not there."""
        text = squeezed_name(str(raw_cell_text(name)))
        for within in dict.fromkeys((area, None)):
            for form in (text, BRANCH.sub("", text)):
                found = self.named(form, levels, within) if form else []
                if found:
                    return found
            found = self.mentioned(text, levels, within) if BRANCH.search(text) else []
            if found:
                return found
        return self.with_street(text, levels)

    def with_street(self, text, levels):
        """骅中街道平安社区: a community of another street, named with it."""
        for node in self.nodes:
            if (
                node.level == Level.STREET
                and len(node.name) > 2
                and text.startswith(node.name)
                and text != node.name
            ):
                found = self.named(text.removeprefix(node.name), levels, node)
                if found:
                    return found
        return []

    def mentioned(self, text, levels, area):
        """Communities whose full names the name of a branch contains (中共黄骅市育才社区支部委员会)."""
        found = [
            node
            for node in self.nodes
            if node.level in levels and node_lies_inside(node, area) and node.short in text
        ]
        longest = max((len(node.short) for node in found), default=0)
        return [node for node in found if len(node.short) == longest]

    def office(self, coded, area, street, levels, problem):
        """A row without a community: the street's own, where the section has such rows."""
        if coded and coded.level in levels:
            return coded
        if Level.STREET not in levels:
            return UnitProblem("没有写是哪个社区", "填社区名称或区划代码。")
        if area and area.level == Level.STREET:
            return area
        return problem or UnitProblem("没有写是哪个街道、社区", "填街道和社区名称。")

    def known_by_code(self, coded, name, levels, area):
        """The code is in the register, the name is not."""
        near = self.nearest(name, levels, area)
        other = f"，相近的名称：{near}" if near else ""
        return UnitProblem(
            f"名单里没有“{raw_cell_text(name)}”，而区划代码 {coded.code} 是{coded.short}",
            f"核对后决定：是否 {coded.short}（{coded.code}）{other}。",
        )

    def only(self, found, name, area, street, levels, problem):
        """The one node a name stands for, or why it is none."""
        if len(found) > 1:
            found = sorted(found, key=lambda node: node.code)
            names = "、".join(self.described(node) for node in found[:2])
            return UnitProblem(f"“{raw_cell_text(name)}”不止一个：{names}", "补写街道或区划代码。")
        if not found:
            near = self.nearest(name, levels, area)
            return UnitProblem(
                f"名单里没有“{raw_cell_text(name)}”",
                f"相近的名称：{near}。" if near else "填名单中的名称。",
            )
        if area and not node_lies_inside(found[0], area):
            return UnitProblem(
                f"“{raw_cell_text(name)}”在名单里属于{self.described(found[0])}，这里写在{area.name}",
                f"核对后决定：{found[0].short}（{found[0].code}），或 {area.name} 的另一个社区。",
            )
        return problem or found[0]

    def described(self, node):
        street = self.above(node, Level.STREET)
        return f"{street.name}{node.short}" if street and street is not node else node.short

    def nearest(self, name, levels, area):
        names = {
            node.short: node
            for node in self.nodes
            if node.level in levels and node_lies_inside(node, area)
        }
        found = get_close_matches(
            name_without_committee(str(raw_cell_text(name))), list(names)[:3000], n=2, cutoff=0.3
        )
        return "、".join(
            f"{short}（{names[short].code}）" if names[short].code else short for short in found
        )

    def covered(self, raw, area=None):
        """The communities a cell lists, and the parts no community is known for."""
        nodes, unknown = [], []
        for part in self.listed(squeezed_list(str(raw_cell_text(raw)))):
            found = self.by_text(part, (Level.COMMUNITY,), area)
            if len(found) == 1:
                nodes.append(found[0])
            else:
                unknown.append(part)
        return list(dict.fromkeys(node.id for node in nodes)), unknown

    def listed(self, text):
        """Parts of a list; a part that holds a separator by itself (和平社区) is tried whole first."""
        parts, pieces = (
            [],
            [piece for piece in re.split(r"([、，,;；/\\|\s和与及])", text) if piece],
        )
        at = 0
        while at < len(pieces):
            end = next(
                (
                    e
                    for e in range(min(len(pieces), at + LONGEST_NAME), at, -1)
                    if self.by_name.get(joined_name(pieces[at:e]))
                ),
                None,
            )
            if end:
                parts.append(joined_name(pieces[at:end]))
            elif not SEPARATORS.fullmatch(pieces[at]):
                parts.append(pieces[at])
            at = end or at + 1
        return parts


def joined_name(pieces):
    return squeezed_name("".join(pieces))


def squeezed_list(text):
    return unicodedata.normalize("NFKC", text).strip()


def node_of(row, area):
    pk, name, code, level, path, status = row
    within = not area or area <= path < path_end(area)
    return RegisterEntry(
        pk, name, code, level, path, status in (Status.DRAFT, Status.RETURNED), status, within
    )


def node_lies_inside(node, area):
    return area is None or area.path <= node.path < path_end(area.path)


def same_kind(found, name):
    """Of several units of one stem, those of the kind the name says (育才社区 is not 育才村)."""
    wanted = "村" if squeezed_name(name).endswith(("村", "村委会", "村民委员会")) else "社区"
    exact = [node for node in found if node.short.endswith(wanted)]
    return exact if len(found) > 1 and exact else found


def means_street_office(name, street):
    """A community cell that says: the street office itself."""
    text = squeezed_name(str(raw_cell_text(name)))
    return (
        not text
        or text in STREET_OFFICE
        or (bool(street) and text == squeezed_name(str(raw_cell_text(street))))
    )


def read_code(raw):
    """The 12 digits of a code cell; "" where none can be read, as in 1.30983E+11."""
    text = squeezed_name(str(raw_cell_text(raw))) if raw != "" else ""
    if LOST_CODE.fullmatch(text) or not CODE.fullmatch(text):
        return ""
    return full_code(text)
