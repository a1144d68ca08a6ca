"""A GeoJSON as anybody may send it, read within limits.

Each shape comes back as rings of plain numbers, or with the reason why it cannot be taken.
"""

import json
from dataclasses import dataclass, field

from communities.files import UnreadableFile, decode_text

MAX_FILE = 8 << 20
MAX_BRACKETS = 700_000  # each becomes an object many times its size: this bounds the memory
MAX_FEATURES = 5_000
CODES = ("code", "区划代码", "统计用区划代码", "代码", "adcode", "unit_code")
NAMES = ("name", "名称", "单位名称", "社区名称", "社区", "单位")
SPLIT = "请用制图软件简化边界，或分区县上传。"
DEGREES = 100_000


@dataclass
class Feature:
    """One drawn area: what it is called, and its polygons in hundred-thousandths of a degree.

    `problem` says why it has none.
    """

    number: int
    code: str = ""
    name: str = ""
    polygons: list = field(default_factory=list)
    problem: str = ""

    @property
    def label(self):
        return self.name or self.code or "没有名称"


def read_features(content):
    """Return [Feature] of a file. Raises UnreadableFile with what is wrong with it as a whole."""
    found = feature_list(parse_geojson(content))
    if len(found) > MAX_FEATURES:
        raise UnreadableFile(
            f"文件里有 {len(found):,} 个图形，一次最多 {MAX_FEATURES:,} 个。{SPLIT}"
        )
    return [read_feature(number, data) for number, data in enumerate(found, start=1)]


def parse_geojson(content):
    """Return the text as data, never deeper or larger than the limits above."""
    if len(content) > MAX_FILE:
        size = len(content) / (1 << 20)
        raise UnreadableFile(f"文件有 {size:.1f} MB，最大 {MAX_FILE >> 20} MB。{SPLIT}")
    brackets = content.count(b"[") + content.count(b"{")
    if brackets > MAX_BRACKETS:
        raise UnreadableFile(f"文件里的点太多。{SPLIT}")
    try:
        return json.loads(decode_text(content), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise UnreadableFile(
            "这不是完好的 GeoJSON 文件。请从制图软件（如 QGIS、ArcGIS）重新导出为 GeoJSON。"
        ) from None


def refuse_constant(word):
    """Refuse NaN and Infinity, which are no places. Raises ValueError."""
    raise ValueError(word)


def feature_list(data):
    """Return the features of a FeatureCollection, or the only Feature. Raises UnreadableFile."""
    data = as_object(data)
    kind = data.get("type")
    found = None
    if kind == "FeatureCollection":
        found = data.get("features")
    elif kind == "Feature":
        found = [data]
    if not isinstance(found, list) or not found:
        raise UnreadableFile(
            "文件里没有图形：应为 GeoJSON 的 FeatureCollection，每个图形是一个单位的边界。"
        )
    return found


def read_feature(number, data):
    data = as_object(data)
    properties = as_object(data.get("properties"))
    feature = Feature(number, property_text(properties, CODES), property_text(properties, NAMES))
    try:
        feature.polygons = read_polygons(data.get("geometry"))
    except ValueError as error:
        feature.problem = str(error)
    return feature


def as_object(data):
    """Return a JSON object; an empty one where something else stands in its place."""
    return data if isinstance(data, dict) else {}


def property_text(properties, names):
    """Return the first of these properties that says anything, as text: codes are often numbers."""
    for name in names:
        value = properties.get(name)
        if not isinstance(value, str | int) or isinstance(value, bool):
            continue
        if text := str(value).strip():
            return text[:60]
    return ""


def read_polygons(geometry):
    """Return the polygons, each a list of rings. Raises ValueError with a sentence."""
    geometry = as_object(geometry)
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise ValueError("不是面（Polygon 或 MultiPolygon），不能作边界。")
    parts = [coordinates] if kind == "Polygon" else coordinates
    polygons = []
    for part in parts:
        if isinstance(part, list) and part:
            polygons.append([read_ring(points) for points in part])
    if not polygons:
        raise ValueError("没有坐标。")
    return polygons


def read_ring(points):
    """Return [[east, north], …] in hundred-thousandths of a degree."""
    if not isinstance(points, list) or len(points) < 4:
        raise ValueError("有一圈不到 4 个点，围不成面。")
    return [read_point(point) for point in points]


def read_point(point):
    if not isinstance(point, list) or len(point) < 2:
        raise ValueError("有的坐标不是数字。")
    east, north = point[:2]
    if not (is_plain_number(east) and is_plain_number(north)):
        raise ValueError("有的坐标不是数字。")
    if not (-180 <= east <= 180 and -90 <= north <= 90):
        raise ValueError(
            "坐标不是经纬度（度）。请在制图软件中转换为 CGCS2000 或 WGS84 经纬度后导出。"
        )
    return [round(east * DEGREES), round(north * DEGREES)]


def is_plain_number(value):
    return type(value) in (int, float)  # True is an int, but no place
