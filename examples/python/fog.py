"""F6, fog: mist in the valleys of a range, which the light comes through; and the same air clear.

    python examples/python/fog.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

scene = vd.Scene(
    preset="alpine",
    camera=vd.Camera(view_from="SE", tilt=10, fov=24, size=(480, 270)),
    sun=vd.Sun(azimuth=80, altitude=14),
    background=vd.Background(fill="sky"),
)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "clear.png", overwrite=True)

# Thickest at the lowest ground, a third of that 250 m above it.
scene.fog = vd.Fog(kind="height", extinction=0.0004, height=250)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "mist.png", overwrite=True)

# A sea of fog with a level top.
scene.fog = vd.Fog(kind="homogeneous", extinction=0.004, top=2750)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "sea.png", overwrite=True)
