"""F3, motion: a turntable, and moments of a flight by keyframes.

    python examples/python/flight.py [OUTDIR]
"""
import veduta as vd
from here import data, out, quick

# A few frames here; length=240 and out / "turn.mp4" make ten seconds of film, if ffmpeg is there.
turn = vd.Scene(preset="atlas", camera=vd.Camera(tilt=30, fov=20, size=(240, 135)))
frames = vd.animate(
    data / "jacksboro.tif", out / "turn_%02d.png", scene=turn, orbit=360, length=4, **quick
)
print(frames, "frames of a turntable")

flight = vd.Scene(preset="desert", camera=vd.Camera(fov=50, size=(240, 135)))
flight.sun.azimuth, flight.sun.altitude = 240, 25
flight.camera.target = (-112.945, 37.275, 1600)
flight.keyframes = [
    vd.KeyframesItem(frame=1, knob="camera.eye", value="-112.955,37.13,agl:700"),
    vd.KeyframesItem(frame=24, knob="camera.eye", value="-112.965,37.18,agl:600"),
    vd.KeyframesItem(frame=48, knob="camera.eye", value="-112.945,37.215,agl:500"),
]
for frame in (12, 36):
    moment = vd.render(data / "zion.tif", scene=flight, frame=frame, **quick)
    moment.save(out / f"flight_{frame}.png", overwrite=True)
