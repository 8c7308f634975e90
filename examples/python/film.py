"""F4, lens and film: one render, and from it pictures as different cameras would have taken them.

    python examples/python/film.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

view = vd.render(
    data / "zion.tif",
    preset="desert",
    eye=(-112.955, 37.135, "agl:600"),
    target=(-112.945, 37.275, 1600),
    fov=45,
    terrain_border="extend",
    sun_azimuth=250,
    sun_altitude=22,
    size=(480, 270),
    **quick,
)
view.save(out / "light.exr", overwrite=True)

cameras = {
    "plain": {},
    "old_lens": {"chromatic_aberration": 0.4, "vignette": 1, "glare": 0.08},
    "grainy": {"grain": 0.25, "vignette_strength": 0.6, "tone": "agx"},
    "starry": {"glare": 0.1, "glare_spikes": 6, "exposure": 0.7},
}
for name, knobs in cameras.items():
    made = vd.compose(out / "light.exr", out / f"{name}.png", overwrite=True, **knobs)
    print(made)
