"""A first relief: a georeferenced GeoTIFF, a PNG, and the pixels as an array.

    python examples/python/first_relief.py [OUTDIR]
"""
import numpy as np

import veduta as vd
from here import data, out, quick

relief = vd.relief(data / "bigtujunga.tif", srcwin=(480, 160, 480, 320), **quick)
relief.save(out / "relief.tif", overwrite=True)
relief.save(out / "relief.png", overwrite=True)

pixels = np.asarray(relief)
print(relief, "of", relief.bounds, "mean", pixels[..., :3].mean().round(1))
