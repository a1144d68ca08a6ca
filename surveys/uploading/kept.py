"""What the page about a large upload shows, made once by the job that read the workbook."""

import json
import zlib
from dataclasses import asdict
from functools import cached_property

from django.db.models import Count, Max, Sum

from communities.tree import lies_inside, path_ids
from surveys.models import Layout, Preview, Round
from surveys.reading.result import Finding, FindingKind, Reading, SheetReading
from surveys.uploading.preview import UploadPreview, tally_by_section

LISTS = ("changed", "new", "absent")
FIRST = 10  # lines of each list that stand in the head, for the page that shows no more


def area_state(round, unit):
    """What the reading of a workbook depends on beside the workbook, as text.

    That is every save and step of the area, how columns are read, and whether the round is closed.
    """
    filings = round.filings.filter(lies_inside([unit.path]))
    area = filings.aggregate(count=Count("pk"), saves=Sum("version"))
    layouts = Layout.objects.filter(unit__in=path_ids(unit.path))
    read_at = layouts.aggregate(at=Max("at"))["at"]
    closed_at = Round.objects.values_list("closed_at", flat=True).get(pk=round.pk)
    return f"{area['count']} {area['saves']} {read_at} {closed_at}"


def keep_preview(upload, state, reading, compared):
    """Keep what the page shows; `state` is the area's from before the workbook was read."""
    filing = upload.round.filings.get(unit=upload.unit_id)
    preview = UploadPreview(upload, filing, reading, compared, may_edit=True)
    lists = {name: list(getattr(preview, name)) for name in LISTS}
    sizes, first = {}, {}
    for name, lines in lists.items():
        sizes[name], first[name] = len(lines), lines[:FIRST]
    head = {
        "sheets": [asdict(sheet) for sheet in reading.sheets],
        "findings": [finding.as_dict() for finding in reading.findings],
        "seen": preview.seen,
        "sizes": sizes,
        "first": first,
    }
    values = {"state": state, "decisions": upload.decisions, "head": pack_json(head)}
    for name, lines in lists.items():
        values[name] = pack_json(lines)
    Preview.objects.update_or_create(upload=upload, defaults=values)


def pack_json(value):
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 1)


def unpack_json(content):
    return json.loads(zlib.decompress(content))


def find_kept_preview(upload, filing, *, may_edit):
    """What was kept of an upload, as its page shows it; None where nothing was."""
    kept = Preview.objects.filter(upload=upload).defer(*LISTS).first()
    if not kept:
        return None
    return KeptPreview(upload, filing, kept, may_edit=may_edit)


class KeptLines:
    """A list of the page whose first lines are at hand; turning the page fetches the others."""

    def __init__(self, preview, name, size, first):
        self.preview, self.name, self.size, self.first = preview, name, size, first

    def __len__(self):
        return self.size

    def __getitem__(self, part):
        end = part.stop or self.size
        lines = self.first if end <= len(self.first) else self.everything
        return lines[part]

    @cached_property
    def everything(self):
        return unpack_json(getattr(self.preview, self.name))


def decision_places(item):
    """The cells by which a finding is decided on."""
    if not item.in_data:
        return {item.place}
    return {item.place, item.value_place, item.out_place}


class KeptPreview(UploadPreview):
    """A preview from what was kept, without reading the workbook.

    What was decided since is no longer asked about.
    """

    is_kept = True

    def __init__(self, upload, filing, preview, *, may_edit):
        self.preview, self.head = preview, unpack_json(preview.head)
        sheets = [SheetReading(**each) for each in self.head["sheets"]]
        findings = []
        for each in self.head["findings"]:
            findings.append(Finding(**each | {"kind": FindingKind(each["kind"])}))
        super().__init__(upload, filing, Reading(sheets, findings=findings), {}, may_edit=may_edit)

    def items(self, *kinds):
        decided = self.pending & {*self.upload.decisions}
        undecided = []
        for item in super().items(*kinds):
            if not decided & decision_places(item):
                undecided.append(item)
        return undecided

    @cached_property
    def pending(self):
        """The cells decided on, or taken back, since the workbook was read."""
        then, now = self.preview.decisions, self.upload.decisions
        places = {*then, *now}
        changed = set()
        for place in places:
            if then.get(place) != now.get(place):
                changed.add(place)
        return changed

    @cached_property
    def has_moved(self):
        """Whether somebody saved or handed in what it was compared with."""
        return self.preview.state != area_state(self.upload.round, self.upload.unit)

    @property
    def is_old(self):
        return bool(self.pending) or self.has_moved

    @cached_property
    def sections(self):
        return tally_by_section(self.upload)

    @property
    def seen(self):
        return self.head["seen"]

    def lines(self, name):
        return KeptLines(self.preview, name, self.head["sizes"][name], self.head["first"][name])

    @cached_property
    def changed(self):
        return self.lines("changed")

    @cached_property
    def new(self):
        return self.lines("new")

    @cached_property
    def absent(self):
        return self.lines("absent")
