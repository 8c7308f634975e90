"""What clouds cost: the same views under a clear sky and under a field of cumulus, of plain ground
below it and of the clouds themselves, where a clear sky costs next to nothing.

Processor time of a whole run with one thread, which a machine that does other things disturbs less
than the clock, at equal samples a pixel; and how many times as much clouds take.
"""
import os
import resource
import subprocess
import sys

import program

CORNER_M = 300000.0, 5400000.0  # of the terrains that make_dem makes, its northwest
CELL_M = 10.0
EYE, TARGET = (0.52, 0.04), (0.45, 0.32)  # shares of the terrain from its southwest
VIEWS = (("ground", 400.0, 0.0), ("clouds", 90.0, 200.0))  # metres of both over the ground
PIXELS = 480, 270
SAMPLES = 16
SKIES = (("clear", []), ("cumulus", ["--clouds", "cumulus"]))


def place(size, share, above):
    width = size * CELL_M
    x, y = CORNER_M[0] + share[0] * width, CORNER_M[1] - width + share[1] * width
    return f"{x},{y},agl:{above}"


def processor_s(build, folder, dem, size, view, samples, pixels, flags):
    """Renders, and returns the seconds of the processor."""
    picture = os.path.join(folder, "clouds.tif")
    _, eye, target = view
    command = [os.path.join(build, "veduta"), "render", dem, "-o", picture, "--overwrite",
               "--eye", place(size, EYE, eye), "--target", place(size, TARGET, target),
               "--fov", "50", "--terrain-border", "extend", "--background", "sky",
               "--size", f"{pixels[0]}x{pixels[1]}", "--samples", str(samples), "--threads", "1",
               *flags]
    print("clouds   ", " ".join(command[1:3] + list(flags)), file=sys.stderr)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: {run.stderr.strip()}")
    os.remove(picture)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def result(size, what, ours, unit):
    return {"bench": "clouds", "size": size, "rays": None, "threads": 1, "ours": ours,
            "embree": None, "ratio": None, "unit": unit, "what": what}


def measure(build, folder, sizes, samples):
    results = []
    for size in sizes[:1]:
        dem = program.make_dem(build, folder, size)
        pixels = (96, 54) if samples == 1 else PIXELS  # one sample: to see that it runs
        for view in VIEWS:
            took = [processor_s(build, folder, dem, size, view, samples or SAMPLES, pixels, flags)
                    for _, flags in SKIES]
            results += [result(size, f"{view[0]}, {sky}", seconds, "s")
                        for (sky, _), seconds in zip(SKIES, took)]
            results.append(result(size, f"{view[0]}, cumulus : clear",
                                  took[1] / max(took[0], 1e-9), "times"))
    return results
