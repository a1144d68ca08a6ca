"""The bureau's own map: what is matched, what is told, and that a hostile file does nothing but be refused."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from communities.boundaries.geojson import MAX_FILE, read_features
from communities.boundaries.thinning import thin_shapes
from communities.files import UnreadableFile
from communities.models import Boundary

SQUARE = [[117.0, 38.0], [117.1, 38.0], [117.1, 38.1], [117.0, 38.1], [117.0, 38.0]]
KEPT = [
    [
        [
            [11700000, 3800000],
            [11710000, 3800000],
            [11710000, 3810000],
            [11700000, 3810000],
            [11700000, 3800000],
        ]
    ]
]


def drawn(ring=SQUARE, kind="Polygon", **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": [ring]},
    }


def collection(*features):
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False
    ).encode()


@pytest.fixture
def send(as_user, district_reviewer, county):
    def send(content, who=district_reviewer, area=county):
        file = SimpleUploadedFile("边界.geojson", content)
        return as_user(who).post(reverse("reports:boundaries"), {"area": area.pk, "file": file})

    return send


@pytest.fixture
def tree(units):
    return units


def test_boundaries_are_matched_by_code_and_by_name(send, tree, street_a, community_a, street_b):
    content = collection(drawn(code="130983001"), drawn(name="育才社区"), drawn(name="骅中街道"))
    page = send(content)
    assert (page.status_code, page.context["taken"], page.context["findings"]) == (200, 3, [])
    assert set(Boundary.objects.values_list("unit", flat=True)) == {
        street_a.pk,
        community_a.pk,
        street_b.pk,
    }
    assert Boundary.objects.get(unit=street_a).shape == KEPT


def test_unmatched_shapes_are_told(send, tree):
    content = collection(
        drawn(name="骅东街道"),
        drawn(name="别处街道"),
        drawn(),
        drawn(kind="Point", name="骅中街道"),
        drawn(name="骅东街道"),
        drawn(ring=[[500000, 4200000]] * 4, name="骅中街道"),
    )
    assert send(content).context["findings"] == [
        "第 2 个图形（别处街道）：您的范围内没有这个代码或名称的单位。请核对 code、name 属性。",
        "第 3 个图形（没有名称）：没有写区划代码（code）或名称（name），不知道是哪个单位。",
        "第 4 个图形（骅中街道）：不是面（Polygon 或 MultiPolygon），不能作边界。",
        "第 5 个图形（骅东街道）：“骅东街道”前面已有一个图形，这一个没有用。",
        "第 6 个图形（骅中街道）：坐标不是经纬度（度）。请在制图软件中转换为 CGCS2000 或 WGS84 经纬度后导出。",
    ]


def test_boundaries_replace_earlier_ones_and_are_in_the_trail(
    send, tree, street_a, district_reviewer
):
    for _ in range(2):
        send(collection(drawn(name="骅东街道")))
    assert Boundary.objects.count() == 1
    line = AuditEntry.objects.filter(verb="上传边界").first()
    assert (line.what, line.by) == ("边界.geojson：1 个单位的边界", district_reviewer)


def test_boundaries_are_taken_away_once_that_is_confirmed(
    send, tree, as_user, district_reviewer, county
):
    send(collection(drawn(name="骅东街道")))
    form = {"area": county.pk, "clear": "1"}
    asked = as_user(district_reviewer).post(reverse("reports:boundaries"), form)
    assert "黄骅市及以下 1 个单位的边界都将删除，不能恢复" in asked.content.decode()
    assert Boundary.objects.count() == 1
    as_user(district_reviewer).post(reverse("reports:boundaries"), form | {"confirm": "1"})
    assert Boundary.objects.count() == 0
    assert AuditEntry.objects.filter(verb="删除边界").get().what == "黄骅市：1 个单位的边界"


def test_system_administrator_keeps_boundaries_too(send, tree, system_admin):
    page = send(collection(drawn(name="骅东街道")), who=system_admin)
    assert (page.status_code, page.context["taken"]) == (200, 1)


def test_boundaries_outside_the_area_are_refused(send, tree, city):
    assert send(collection(drawn(name="骅东街道")), area=city).status_code == 403
    assert Boundary.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 600_000,
        b'{"type":"FeatureCollection","features":[' + b"[" * 900_000,
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"FeatureCollection","features":{"a":1}}',
        b'{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[NaN]]}}',
        b"[1e999]",
        b"9" * 10_000,
        b"<svg onload=alert(1)>",
        b" " * (MAX_FILE + 1),
    ],
)
def test_hostile_file_is_refused_as_a_whole(content):
    with pytest.raises(UnreadableFile):
        read_features(content)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 2]] * 3]},
        {"type": "Polygon", "coordinates": [[["1", "2"]] * 4]},
        {"type": "Polygon", "coordinates": [[[True, False]] * 4]},
        {"type": "MultiPolygon", "coordinates": [[[{"a": 1}] * 4]]},
        {"type": "Polygon", "coordinates": [[[1e999, 0]] * 4]},
        {"type": "Polygon", "coordinates": [{"0": 1}]},
    ],
)
def test_hostile_shape_has_a_problem_and_no_polygon(geometry):
    (made,) = read_features(
        json.dumps({"type": "Feature", "geometry": geometry}).replace("Infinity", "1e999").encode()
    )
    assert made.problem
    assert made.polygons == []


def test_nothing_of_the_file_is_taken_for_markup(send, tree):
    page = send(
        collection(drawn(name="骅东街道"), drawn(name="<script>alert(1)</script>"))
    ).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_thinning_keeps_neighbours_together():
    west = [
        [0, 0],
        [40_000_000, 0],
        [40_000_003, 20_000_001],
        [40_000_000, 40_000_000],
        [0, 40_000_000],
        [0, 0],
    ]
    east = [
        [80_000_000, 0],
        [80_000_000, 40_000_000],
        [40_000_000, 40_000_000],
        [40_000_003, 20_000_001],
    ]
    one, other = thin_shapes([[[west]], [[[*east, [40_000_000, 0], [80_000_000, 0]]]]])
    assert [40_000_000, 20_000_000] not in one[0][0]
    assert one[0][0] == [[0, 0], [40_000_000, 0], [40_000_000, 40_000_000], [0, 40_000_000], [0, 0]]
    assert [40_000_000, 0] in other[0][0]


def test_rings_smaller_than_the_grid_are_dropped():
    large = [[0, 0], [80_000_000, 0], [80_000_000, 80_000_000], [0, 80_000_000], [0, 0]]
    speck = [[5, 5], [6, 5], [6, 6], [5, 6], [5, 5]]
    assert thin_shapes([[[large, speck], [speck]]]) == [[[large]]]
