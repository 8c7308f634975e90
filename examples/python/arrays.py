"""Heights that are no file: an array with a place, cut out by a polygon.

    python examples/python/arrays.py [OUTDIR]
"""
import numpy as np

import veduta as vd
from here import out, quick

# A volcano of 6 km in UTM 32: a cone with a crater, and gullies down its flanks.
y, x = np.mgrid[-3000:3000:25.0, -3000:3000:25.0]
radius, angle = np.hypot(x, y), np.arctan2(y, x)
cone = 1400 * np.exp(-radius / 1300) - 500 * np.exp(-((radius / 330) ** 2))
gullies = 45 * np.sin(23 * angle + radius / 400) * np.exp(-(((radius - 1200) / 700) ** 2))
dem = vd.Raster(
    (cone + gullies).astype(np.float32),
    bounds=(500000, 5100000, 506000, 5106000),
    crs="EPSG:32632",
)

turns = np.linspace(0, 2 * np.pi, 90)
ring = np.column_stack([503000 + 2800 * np.cos(turns), 5103000 + 2800 * np.sin(turns)])
island = vd.Vector({"type": "Polygon", "coordinates": [ring.tolist()]}, crs="EPSG:32632")

relief = vd.relief(dem, clip_mask=island, sun_size=10, ramp="terrain", **quick)
relief.save(out / "volcano.png", overwrite=True)
relief.save(out / "volcano.tif", overwrite=True)
