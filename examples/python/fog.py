"""F6, fog: mist in the valleys of a range, which the light comes through; and the same air clear.

    python examples/python/fog.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

scene = vd.Scene(
    preset="alpine",
    camera=vd.Camera(eye=(-105.44, 40.20, 5200), target=(-105.66, 40.29, 3300), fov=38, size=(320, 180)),
    sun=vd.Sun(azimuth=120, altitude=20, color=(1, 0.85, 0.66)),
    terrain=vd.Terrain(border="extend"),
)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "clear.png", overwrite=True)

# Thickest at 2500 m and below, a third of that 300 m higher.
scene.fog = vd.Fog(kind="height", extinction=0.0012, base=2500, height=300)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "mist.png", overwrite=True)

# A sea of fog with a level top.
scene.fog = vd.Fog(kind="homogeneous", extinction=0.004, top=2900)
vd.render(data / "rmnp.tif", scene=scene, **quick).save(out / "sea.png", overwrite=True)
