"""Whatever stands in a file's place gives the picture that the file gives."""
import json

import numpy as np
import pytest

import veduta as vd

UTM = 32611


@pytest.fixture
def place(folder):
    return vd.relief("dem.tif", samples=1).geotransform


def picture(dem, **knobs):
    return vd.relief(dem, samples=1, **knobs).linear


@pytest.fixture
def of_file(folder):
    return picture("dem.tif")


def raster(array, place, **more):
    return vd.Raster(array, place, UTM, **more)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a,
        lambda a: a.astype(np.float64),
        lambda a: a.astype(">f4"),
        lambda a: np.asfortranarray(a),
        lambda a: np.pad(a, 5)[5:-5, 5:-5],
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: np.ascontiguousarray(a[::-1])[::-1],
        lambda a: np.ascontiguousarray(a[:, ::-1])[:, ::-1],
        lambda a: np.ma.masked_less(a, -1e9),
    ],
    ids="same double other_endian fortran slice steps flipped mirrored unmasked".split(),
)
def test_any_layout(of_file, heights, place, change):
    assert (picture(raster(change(heights), place)) == of_file).all()


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "u4", "i4", "i1", "i8", "u8", "f2", "?"])
def test_any_type(folder, heights, kind):
    values = ((heights - heights.min()) / np.ptp(heights) * 100).astype(kind)
    as_double = picture(values.astype(float), cell_size=1)
    assert (picture(values, cell_size=1) == as_double).all()


def test_south_up(of_file, heights, place):
    g = place
    upside_down = (g[0], g[1], 0.0, g[3] + len(heights) * g[5], 0.0, -g[5])
    south_up = picture(vd.Raster(np.ascontiguousarray(heights[::-1]), upside_down, UTM))
    # Its corner is off by a rounding, and the paths' directions with it in the last bits.
    assert np.allclose(south_up, of_file, atol=1e-4)


def test_place_crs_and_bounds(of_file, heights, place):
    class Affine:
        def to_gdal(self):
            return place

    class CRS:
        def to_wkt(self):
            return crs

    crs = vd.relief("dem.tif", samples=1).crs
    made = vd.relief(vd.Raster(heights, Affine(), CRS()), samples=1)
    assert made.geotransform == place and made.crs == crs
    xmin, ymin, xmax, ymax = made.bounds
    by_bounds = vd.relief(vd.Raster(heights, bounds=(xmin, ymin, xmax, ymax), crs="EPSG:32611"), samples=1)
    assert np.allclose(by_bounds.geotransform, place)
    assert (made.linear == of_file).all()


def test_nodata_and_masks(folder, heights, place):
    holes = heights.copy()
    holes[5:9, 10:20] = np.nan
    alpha = picture(raster(holes, place))[..., 3]
    assert alpha[5:9, 10:20].max() == 0 and alpha.sum() == alpha.size - 40
    marked = np.where(np.isnan(holes), -9999, holes).astype(np.float32)
    assert (picture(raster(marked, place, nodata=-9999))[..., 3] == alpha).all()
    masked = np.ma.MaskedArray(heights, np.isnan(holes))
    assert (picture(raster(masked, place))[..., 3] == alpha).all()
    whole = np.ma.MaskedArray(heights.astype(np.int16), np.isnan(holes))
    assert (picture(raster(whole, place))[..., 3] == alpha).all()


def test_what_is_refused(folder, heights, place):
    with pytest.raises(vd.UsageError, match="1 dimensions"):
        vd.relief(np.zeros(5))
    with pytest.raises(vd.UsageError, match="holds no numbers"):
        vd.relief(np.array([["a", "b"]]))
    with pytest.raises(vd.UsageError, match="neither a file's name nor a raster"):
        vd.relief(object())
    with pytest.raises(vd.UsageError, match="five|5 numbers"):
        vd.Raster(heights, place[:5])
    with pytest.raises(vd.SettingError, match="EPSG:0"):
        vd.relief(vd.Raster(heights, place, 0))
    with pytest.raises(vd.FormatError, match="^hills: has no valid height"):
        vd.relief(vd.Raster(np.full((4, 4), np.nan), place, UTM, name="hills"))
    with pytest.raises(vd.UsageError, match="no DEM"):
        vd.relief()
    with pytest.raises(vd.SettingError, match="use veduta.plan"):
        vd.relief("dem.tif", dry_run=True)


def test_tiles(folder, heights, place, small_dem):
    assert vd.relief(["dem.tif", small_dem], samples=1).width == 64


def test_pictures_do_not_name_memory(folder, heights, place):
    for _ in range(2):
        vd.relief(raster(heights, place), samples=1).save("a.tif", overwrite=True)
    assert b"vsimem" not in (folder / "a.tif").read_bytes()
    first = (folder / "a.tif").read_bytes()
    vd.relief(raster(heights.copy(), place), samples=1).save("b.tif", overwrite=True)
    assert len((folder / "b.tif").read_bytes()) == len(first)


def test_drape_and_classes(folder, heights, place):
    red = np.zeros((3, 48, 64), np.uint8)
    red[0] = 200
    colours = picture("dem.tif", drape=vd.Raster(red, place, UTM, name="red"))
    assert colours[..., 0].min() > 5 * colours[..., 1].max() >= 0
    with pytest.raises(vd.SettingError, match="takes a raster, not polygons"):
        picture("dem.tif", drape=vd.Vector({"type": "Polygon", "coordinates": []}))


# ---- datasets of other packages, by what they look like and where they are installed


class DatasetReader:
    """A file of rasterio."""

    mode = "r"
    name = "dem.tif"
    transform = crs = None

    def read(self):
        raise AssertionError("the library reads the file itself")


def test_a_file_of_rasterio_is_read_as_a_file(of_file):
    assert (picture(DatasetReader()) == of_file).all()


def test_rasterio(of_file):
    rasterio = pytest.importorskip("rasterio")
    with rasterio.open("dem.tif") as dataset:
        assert (picture(dataset) == of_file).all()
    with rasterio.MemoryFile(open("dem.tif", "rb").read()) as memory, memory.open() as dataset:
        assert (picture(dataset) == of_file).all()


def test_xarray(of_file, heights, place):
    xarray = pytest.importorskip("xarray")
    g = place
    x, y = g[0] + g[1] * (np.arange(64) + 0.5), g[3] + g[5] * (np.arange(48) + 0.5)
    spatial_ref = ((), 0, {"crs_wkt": vd.relief("dem.tif", samples=1).crs})
    array = xarray.DataArray(heights[None], {"x": x, "y": y, "spatial_ref": spatial_ref}, ("band", "y", "x"))
    assert np.allclose(picture(array), of_file, atol=1e-4)
    assert np.allclose(picture(array.transpose("x", "y", "band")), of_file, atol=1e-4)
    with pytest.raises(vd.FormatError, match="not evenly spaced"):
        picture(array.isel(x=[0, 1, 3, 9]))
    with pytest.raises(vd.UsageError, match="are no map"):
        picture(array.rename(x="u", y="v"))
    degrees = array.drop_vars("spatial_ref").assign_coords(x=np.linspace(10, 10.02, 64), y=np.linspace(46, 45.985, 48))
    assert "WGS 84" in vd.relief(degrees.rename(x="lon", y="lat"), samples=1).crs


# ---- polygons


def triangle(place):
    x, y = place[0], place[3]
    return {"type": "Polygon", "coordinates": [[[x, y], [x + 1920, y], [x, y - 1440], [x, y]]]}


class Shape:
    def __init__(self, interface):
        self.__geo_interface__ = interface


def test_clip_masks(folder, place):
    document = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": triangle(place)}],
        "crs": {"type": "name", "properties": {"name": "EPSG:32611"}}}
    (folder / "clip.geojson").write_text(json.dumps(document))
    by_file = picture("dem.tif", clip_mask="clip.geojson")
    assert abs(by_file[..., 3].mean() - 0.5) < 1e-3
    shapes = [triangle(place), Shape(triangle(place)), [Shape(triangle(place))],
              {"type": "Feature", "properties": {"n": np.int64(3)}, "geometry": triangle(place)}]
    for shape in shapes:
        assert (picture("dem.tif", clip_mask=vd.Vector(shape, UTM)) == by_file).all()
    frame = Shape(document)
    frame.crs = "EPSG:32611"
    assert (picture("dem.tif", clip_mask=frame) == by_file).all()
    assert repr(vd.Vector(frame)) == "<veduta.Vector 'polygons': 1 features>"
    with pytest.raises(vd.UsageError, match="neither a file's name nor shapes"):
        picture("dem.tif", clip_mask=3)


def test_classes_of_polygons(folder, place):
    """Forest on a triangle: dark green there, and else the ground's own colour."""
    (folder / "palette.txt").write_text("10 0 100 0\n")
    feature = {"type": "Feature", "properties": {"code": 10}, "geometry": triangle(place)}
    knobs = {"palette": "palette.txt", "classes": vd.Vector(feature, UTM, column="code", resolution=5)}
    light = picture("dem.tif", **knobs)
    green = light[..., 0] < 0.2 * light[..., 1]
    assert abs(green.mean() - 0.5) < 0.02 and green[2, 2] and not green[-3, -3]
    with pytest.raises(vd.SettingError, match="by a column and a resolution"):
        picture("dem.tif", classes=Shape(feature), palette="palette.txt")
    with pytest.raises(vd.FormatError, match="polygons.geojson: its polygons have no field 'kind'"):
        picture("dem.tif", classes=vd.Vector(feature, UTM, column="kind", resolution=5))


def test_geopandas(folder, place):
    geopandas = pytest.importorskip("geopandas")
    shapely = pytest.importorskip("shapely.geometry")
    frame = geopandas.GeoDataFrame(geometry=[shapely.shape(triangle(place))], crs=UTM)
    alpha = picture("dem.tif", clip_mask=frame)[..., 3]
    assert abs(alpha.mean() - 0.5) < 1e-3
