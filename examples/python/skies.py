"""F7, physical sky: how much light a day has, and a view at its end.

    python examples/python/skies.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

place = -112.9, 37.2  # of Zion
for hour in range(7, 21, 3):
    time = f"2026-06-21T{hour:02}:30-06:00"
    sun = vd.sun_position(time, *place)
    print(f"{time}  sun {sun.azimuth:6.2f} deg from north, {sun.altitude:5.2f} deg high")

noon = vd.sky(sun=(180, 70), visibility=80, size=(32, 16))
print(f"at noon {noon.illuminance_level_lx:.0f} lx, of which {noon.illuminance_sky_lx:.0f} by the sky")

evening = vd.render(
    data / "zion.tif",
    preset="golden-hour",
    view_from="E",
    tilt=12,
    size=(480, 270),
    albedo=(0.45, 0.27, 0.17),
    **quick,
)
evening.save(out / "evening.png", overwrite=True)
