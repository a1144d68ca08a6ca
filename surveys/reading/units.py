"""Which filing a row belongs to: by code, by name within its street,
by the name of its Party branch.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from operator import attrgetter

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
    name = squeezed_name(name)
    short = COMMITTEE.sub("", name)
    return KIND.sub("", short) or short or name


@lru_cache(20_000)
def name_without_committee(name):
    """A community's name without the committee: 育才社区 for 育才社区居民委员会, and 育才 for 育才居委会."""
    return re.sub(r"(居民委员会|村民委员会|居委会|村委会)$", "", squeezed_name(name))


@dataclass(frozen=True)
class UnitProblem:
    """Why a row's unit is not clear; `column` is the kind of the cell to name: code,
    street or name.
    """

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

    @property
    def short_and_code(self):
        return f"{self.short}（{self.code}）"


@dataclass
class Register:
    """The filings of a round, findable by code and by all forms of their names."""

    entries: list[RegisterEntry]
    area: str = ""
    by_id: dict = field(default_factory=dict)
    by_code: dict = field(default_factory=dict)
    by_name: dict = field(default_factory=dict)
    cache: dict = field(default_factory=dict)

    def __post_init__(self):
        self.by_unit = {}
        for entry in self.entries:
            self.by_id[entry.id] = entry
            self.by_code[entry.code] = entry
            self.by_unit[path_ids(entry.path)[-1]] = entry
            forms = {squeezed_name(entry.name), entry.short, name_stem(entry.name)}
            for form in forms:
                self.by_name.setdefault(form, []).append(entry)
        self.by_code.pop("", None)

    @classmethod
    def of(cls, round, unit=None):
        """All filings of the round; those outside `unit` are known by name only."""
        filings = Filing.objects.filter(round=round)
        rows = filings.values_list("pk", "name", "code", "level", "path", "status")
        path = unit.path if unit else ""
        entries = [register_entry(row, path) for row in rows.iterator()]
        return cls(entries, unit.name if unit else "")

    def above(self, entry, level):
        """The filing of the street or district that an entry lies in, or is;
        None where there is none.
        """
        for unit in reversed(path_ids(entry.path)):
            found = self.by_unit.get(unit)
            if found and found.level <= level:
                return found if found.level == level else None
        return None

    def named(self, name, levels, area=None):
        """Filings with this name: in full where one bears it, else by its stem;
        within `area` if given.
        """
        for form in (squeezed_name(name), name_without_committee(name), name_stem(name)):
            found = []
            for entry in self.by_name.get(form, []):
                if entry.level in levels and entry_lies_inside(entry, area):
                    found.append(entry)
            if found:
                return same_kind(found, name)
        return []

    def find(self, code, district, street, name, levels):
        """The entry of a row, or the UnitProblem with it."""
        key = (code, district, street, name, levels)
        if key not in self.cache:
            self.cache[key] = self.resolve(*key)
        return self.cache[key]

    def resolve(self, code, district, street, name, levels):
        coded = self.by_code.get(read_code(code))
        if coded and coded.level not in levels:
            coded = None
        area, problem = self.area_of(district, street)
        if means_street_office(name, street):
            return self.office(coded, area, levels, problem)
        found = self.by_text(name, levels, area)
        if coded and not found:
            return self.known_by_code(coded, name, levels, area)
        if coded and coded not in found:
            return self.code_against_name(coded, name, found[0])
        if coded:
            return coded
        return self.only(found, name, area, levels, problem)

    def area_of(self, district, street):
        """The street (or district) a row names, or None, and the UnitProblem with it, or None."""
        area = None
        for text, level, kind in (
            (district, Level.DISTRICT, "区县"),
            (street, Level.STREET, "街道"),
        ):
            if not text:
                continue
            written = str(raw_cell_text(text))
            found = self.named(written, (level,), area)
            if len(found) != 1:
                reason = f"{kind}“{written}”不在本期名单里"
                return area, UnitProblem(reason, "写名单中的全名。", "street")
            area = found[0]
        return area, None

    def by_text(self, name, levels, area):
        """Candidates for a community's or branch's name, in the street first,
        elsewhere if it is not there.
        """
        text = squeezed_name(raw_cell_text(name))
        without_branch = BRANCH.sub("", text)
        is_branch = BRANCH.search(text)
        for within in dict.fromkeys((area, None)):
            for form in (text, without_branch):
                found = self.named(form, levels, within) if form else []
                if found:
                    return found
            found = self.mentioned(text, levels, within) if is_branch else []
            if found:
                return found
        return self.with_street(text, levels)

    def with_street(self, text, levels):
        """Candidates for a community of another street, named with it: 骅中街道平安社区."""
        for street in self.entries:
            if street.level != Level.STREET or len(street.name) <= 2 or text == street.name:
                continue
            if text.startswith(street.name):
                found = self.named(text.removeprefix(street.name), levels, street)
                if found:
                    return found
        return []

    def mentioned(self, text, levels, area):
        """Communities whose names the name of a branch contains (中共黄骅市育才社区支部委员会),
        the longest alone.
        """
        found = [entry for entry in self.among(levels, area) if entry.short in text]
        longest = max((len(entry.short) for entry in found), default=0)
        return [entry for entry in found if len(entry.short) == longest]

    def among(self, levels, area):
        """The entries of some levels inside an area, or anywhere where it is None."""
        for entry in self.entries:
            if entry.level in levels and entry_lies_inside(entry, area):
                yield entry

    def office(self, coded, area, levels, problem):
        """A row without a community: the street's own, where the section has such rows."""
        if coded:
            return coded
        if Level.STREET not in levels:
            return UnitProblem("没有写是哪个社区", "填社区名称或区划代码。")
        if area and area.level == Level.STREET:
            return area
        return problem or UnitProblem("没有写是哪个街道、社区", "填街道和社区名称。")

    def code_against_name(self, coded, name, named):
        """The code is of one unit, the name of another."""
        written = raw_cell_text(name)
        return UnitProblem(
            f"区划代码 {coded.code} 是{coded.short}，名称却写“{written}”（{self.described(named)}）",
            f"核对后决定：{coded.short_and_code}或 {named.short_and_code}。",
        )

    def known_by_code(self, coded, name, levels, area):
        """The code is in the register, the name is not."""
        near = self.nearest(name, levels, area)
        other = ""
        if near:
            other = f"，相近的名称：{near}"
        return UnitProblem(
            f"名单里没有“{raw_cell_text(name)}”，而区划代码 {coded.code} 是{coded.short}",
            f"核对后决定：是否 {coded.short_and_code}{other}。",
        )

    def only(self, found, name, area, levels, problem):
        """The one entry a name stands for, or why it is none."""
        written = raw_cell_text(name)
        if len(found) > 1:
            first = sorted(found, key=attrgetter("code"))[:2]
            described = []
            for entry in first:
                described.append(self.described(entry))
            names = "、".join(described)
            return UnitProblem(f"“{written}”不止一个：{names}", "补写街道或区划代码。")
        if not found:
            near = self.nearest(name, levels, area)
            expected = f"相近的名称：{near}。" if near else "填名单中的名称。"
            return UnitProblem(f"名单里没有“{written}”", expected)
        entry = found[0]
        if area and not entry_lies_inside(entry, area):
            return UnitProblem(
                f"“{written}”在名单里属于{self.described(entry)}，这里写在{area.name}",
                f"核对后决定：{entry.short_and_code}，或 {area.name} 的另一个社区。",
            )
        return problem or entry

    def described(self, entry):
        """A unit's name after that of its street."""
        street = self.above(entry, Level.STREET)
        if street and street is not entry:
            return f"{street.name}{entry.short}"
        return entry.short

    def nearest(self, name, levels, area):
        """The names that look most like this one, with their codes, in one text."""
        entries = {entry.short: entry for entry in self.among(levels, area)}
        wanted = name_without_committee(raw_cell_text(name))
        found = get_close_matches(wanted, list(entries)[:3000], n=2, cutoff=0.3)
        described = []
        for short in found:
            entry = entries[short]
            described.append(entry.short_and_code if entry.code else short)
        return "、".join(described)

    def covered(self, raw, area=None):
        """The ids of the communities a cell lists, and the parts no community is known for."""
        ids, unknown = [], []
        text = unicodedata.normalize("NFKC", raw_cell_text(raw)).strip()
        for part in self.listed(text):
            found = self.by_text(part, (Level.COMMUNITY,), area)
            if len(found) == 1:
                ids.append(found[0].id)
            else:
                unknown.append(part)
        return list(dict.fromkeys(ids)), unknown

    def listed(self, text):
        """Parts of a list; a part that holds a separator by itself (和平社区) is tried whole first."""
        pieces = [piece for piece in re.split(r"([、，,;；/\\|\s和与及])", text) if piece]
        parts = []
        at = 0
        while at < len(pieces):
            end = self.end_of_name(pieces, at)
            if end:
                parts.append(joined_name(pieces[at:end]))
                at = end
                continue
            if not SEPARATORS.fullmatch(pieces[at]):
                parts.append(pieces[at])
            at += 1
        return parts

    def end_of_name(self, pieces, start):
        """Where the longest known name ends that begins with the piece at `start`, or None."""
        furthest = min(len(pieces), start + LONGEST_NAME)
        for end in range(furthest, start, -1):
            if joined_name(pieces[start:end]) in self.by_name:
                return end
        return None


def joined_name(pieces):
    return squeezed_name("".join(pieces))


def register_entry(row, area):
    """The RegisterEntry of a stored row; `area` is the path of the unit an upload is limited to,
    or "".
    """
    pk, name, code, level, path, status = row
    within = not area or area <= path < path_end(area)
    is_open = status in (Status.DRAFT, Status.RETURNED)
    return RegisterEntry(pk, name, code, level, path, is_open, status, within)


def entry_lies_inside(entry, area):
    return area is None or area.path <= entry.path < path_end(area.path)


def same_kind(found, name):
    """Of several units of one stem, those of the kind the name says (育才社区 is not 育才村)."""
    if len(found) == 1:
        return found
    is_village = squeezed_name(name).endswith(("村", "村委会", "村民委员会"))
    kind = "社区"
    if is_village:
        kind = "村"
    exact = [entry for entry in found if entry.short.endswith(kind)]
    return exact or found


def means_street_office(name, street):
    """Whether the cell of the community says: the street office itself."""
    text = squeezed_name(raw_cell_text(name))
    if not text or text in STREET_OFFICE:
        return True
    return bool(street) and text == squeezed_name(raw_cell_text(street))


def read_code(raw):
    """The 12 digits of a code cell; "" where none can be read, as in 1.30983E+11."""
    text = squeezed_name(raw_cell_text(raw))
    if LOST_CODE.fullmatch(text) or not CODE.fullmatch(text):
        return ""
    return full_code(text)
