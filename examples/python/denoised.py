"""F5, denoising: a quick picture, the same without its noise, and how far each is from a careful one.

    python examples/python/denoised.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

# A slope of the San Gabriel mountains under a low, small sun: the light that is noisiest.
knobs = {"srcwin": (560, 200, 160, 120), "sun_size": 30, "altitude": 20}
dem = data / "bigtujunga.tif"

careful = vd.relief(dem, **{"samples": 256, **knobs, **quick})
careful.save(out / "careful.png", overwrite=True)
noisy = vd.relief(dem, **{**knobs, **quick, "samples": 4, "seed": 1})
noisy.save(out / "noisy.png", overwrite=True)
clean = vd.relief(dem, denoise="auto", **{**knobs, **quick, "samples": 4, "seed": 1})
clean.save(out / "denoised.png", overwrite=True)

for name, picture in (("noisy", noisy), ("denoised", clean)):
    print(name, vd.compare(careful, picture))
