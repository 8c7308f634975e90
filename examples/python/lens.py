"""F2 and F4, the lens: a canyon like a model on a table, and the same through a wide, bent lens.

    python examples/python/lens.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

scene = vd.Scene(
    preset="desert",
    camera=vd.Camera(view_from="S", tilt=38, fov=18, size=(480, 270)),
    sun=vd.Sun(altitude=50),
)
vd.render(data / "zion.tif", scene=scene, **quick).save(out / "sharp.png", overwrite=True)

# A lens 8000 times larger than life, focused on what is in the middle.
scene.lens = vd.Lens(dof="thin-lens", focus="auto", f_stop=2.8, scale=8000, blades=7)
vd.render(data / "zion.tif", scene=scene, **quick).save(out / "model.png", overwrite=True)

# k1, k2, p1, p2, k3 of Brown and Conrady, as OpenCV has them: a barrel.
scene.lens = vd.Lens(distortion=(-0.9, 0.5))
vd.render(data / "zion.tif", scene=scene, **quick).save(out / "barrel.png", overwrite=True)
