"""F1, AOVs: what a picture holds beside light, as arrays; and all of it as one OpenEXR.

    python examples/python/aovs.py [OUTDIR]
"""
import numpy as np

import veduta as vd
from here import data, out, quick

view = vd.render(
    data / "zion.tif",
    preset="desert",
    view_from="SW",
    tilt=25,
    size=(480, 270),
    aov="normal,depth,elevation,sun_visibility,direct,indirect",
    **quick,
)
for name, values in view.aovs.items():
    print(f"{name:15} {'x'.join(map(str, values.shape)):12} {values.min():.6g} to {values.max():.6g}")

# The kinds of light add up to the picture.
light = view.linear[..., :3] * view.linear[..., 3:]
parts = view.aovs["direct"] + view.aovs["indirect"]
print("direct + indirect is beauty to", float(np.abs(light - parts).max()))

view.save(out / "zion.exr", overwrite=True)  # beauty and the AOVs, each a part
view.save(out / "zion.png", overwrite=True)

# On a map they are rasters for a GIS; here how much of the sky each cell sees.
relief = vd.relief(data / "zion.tif", aov="sky_visibility", **quick)
seen = relief.aovs["sky_visibility"]
print(f"the deepest gorge sees {100 * np.nanmin(seen):.0f} % of the sky")
relief.save(out / "{aov}.tif", overwrite=True)
