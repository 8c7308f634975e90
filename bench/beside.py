"""Pictures of the same terrain by veduta and by another renderer, side by side: what
beside_mitsuba.py and beside_cycles.py share.

noise   how long each renders a picture of a terrain of 1,024 x 1,024 until its relative RMSE is
        1 %. The error at N samples is taken from two pictures with different seeds: half their mean
        squared difference is the variance of one. So neither needs a reference, and the small
        difference between bilinear patches and triangles is no error of either's.
file    from a file of 4,096 x 4,096 to a picture at 4 samples a pixel: time and peak memory of the
        whole process, started anew.

relief  from straight above, a pixel a cell; the sun at 315/45.
view    1,920 x 1,080 pixels from over the southern edge northwards, 50 degrees across; the sun at
        250/15.
fog     the view at 480 x 270 over a terrain of 256 x 256, to 2 %, under a sea of fog with a level
        top that hills stand out of: albedo 0.9, g 0.6, scattered as often as it comes, bounces
        without end. Part noise alone; height-fog is the same with fog that thins upwards.

Same heights, a sun of 0.53 degrees with irradiance 3, a uniform sky of radiance 0.3 also seen behind
the terrain, which ends at its edge, albedo 0.6, 4 bounces, box filter, smooth normals. The engines
take turns, and medians count. The other gets its heights as raw floats, and in part noise has built
and compiled before the clock starts.

Needs numpy, gdal_translate, and what `make` builds. Writes BUILD/bench/ENGINE.json and says a table.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time

import program

CELL_M = 10.0
MAP_CORNER_M = 300000.0, 5400000.0  # of the terrains that make_dem makes, its northwest
SUN_SIZE_DEG, SUN_STRENGTH = 0.53, 3.0
SKY, ALBEDO, BOUNCES = 0.3, 0.6, 4
RMSE, NOISE_SIZE = 0.01, 1024
FILE_SIZE, FILE_SAMPLES = 4096, 4
FILE_MEMORY_MB = 100  # for our picture in the making; the rest of it lies on disk meanwhile


# ---- scenes --------------------------------------------------------------------------------------

class Relief:
    name = "relief"
    command = ("relief",)
    azimuth_deg, altitude_deg = 315.0, 45.0
    edge = 8  # pixels left out of the error: there a mesh ends half a cell early

    def __init__(self, heights):
        self.heights = heights

    def size(self):
        return self.heights.shape[::-1]

    def flags(self):
        return []

    def camera(self):
        """What the picture shows, in metres about the terrain's middle, heights as in the file."""
        return {"height": self.heights.shape[0] * CELL_M,
                "top": float(self.heights.max()) + 100.0}


class View:
    name = "view"
    command = ("render",)
    azimuth_deg, altitude_deg = 250.0, 15.0
    edge = 0
    eye, target = (0.52, 0.04), (0.45, 0.32)  # shares of the terrain from its southwest
    above, fov_deg = 0.035, 50.0              # of the eye over the ground, in widths of the terrain

    def __init__(self, heights):
        self.heights = heights

    def size(self):
        return 1920, 1080

    def place(self, share, above=0.0):
        """Metres from the terrain's middle; heights as in the file."""
        side = self.heights.shape[0]
        column, row = round(share[0] * (side - 1)), round((1 - share[1]) * (side - 1))
        return [(share[0] - 0.5) * (side - 1) * CELL_M, (share[1] - 0.5) * (side - 1) * CELL_M,
                float(self.heights[row, column]) + above * side * CELL_M]

    def flags(self):
        west, north = MAP_CORNER_M
        half = self.heights.shape[0] * CELL_M / 2
        places = (self.place(self.eye, self.above), self.place(self.target))
        eye, target = (f"{west + half + x!r},{north - half + y!r},{z!r}" for x, y, z in places)
        return ["--eye", eye, "--target", target, "--fov", str(self.fov_deg),
                "--size", "{}x{}".format(*self.size()), "--terrain-border", "open",
                "--sky", "uniform", "--sky-color", "1"]

    def camera(self):
        return {"eye": self.place(self.eye, self.above), "target": self.place(self.target),
                "fov_deg": self.fov_deg}


class Fog(View):
    """Fog from below all ground up to a top, both in metres of height; even, or (scale_m) thinner
    by e every so many metres from its base. Albedo and mean cosine are of its phase function."""
    name = "fog"
    extinction, scale_m, fog_albedo, g = 0.0006, None, 0.9, 0.6
    rmse, terrain_size = 0.02, 256

    def __init__(self, heights):
        super().__init__(heights)
        low, high = float(heights.min()), float(heights.max())
        self.base, self.top = low - 1.0, low + 0.6 * (high - low)

    def size(self):
        return 480, 270

    def flags(self):
        kind = ["homogeneous"]
        if self.scale_m:
            kind = ["height", "--fog-height", str(self.scale_m)]
        return [*super().flags(), "--fog", *kind, "--fog-extinction", str(self.extinction),
                "--fog-base", str(self.base), "--fog-top", str(self.top),
                "--fog-albedo", str(self.fog_albedo), "--fog-g", str(self.g)]


class HeightFog(Fog):
    name = "height-fog"
    extinction, scale_m = 0.004, 120.0


SCENES = {scene.name: scene for scene in (Relief, View, Fog, HeightFog)}


def is_foggy(scene):
    return isinstance(scene, Fog)


def wanted_error(scene):
    return getattr(scene, "rmse", RMSE)


def heights_in(raw):
    import numpy
    heights = numpy.fromfile(raw, numpy.float32)
    side = math.isqrt(heights.size)
    return heights.reshape(side, side)


def mesh_arrays(heights, corners):
    """Posts in metres about the terrain's middle, and the faces of each cell as corners of it in
    the order northwest, southwest, southeast, northeast."""
    import numpy
    side = heights.shape[0]
    places = (numpy.arange(side, dtype=numpy.float32) - (side - 1) / 2) * CELL_M
    vertices = numpy.empty((side, side, 3), numpy.float32)
    vertices[..., 0], vertices[..., 1], vertices[..., 2] = places, -places[:, None], heights
    first = (numpy.arange(side - 1, dtype=numpy.uint32)[:, None] * side +
             numpy.arange(side - 1, dtype=numpy.uint32))
    faces = numpy.empty((side - 1, side - 1, len(corners)), numpy.uint32)
    for k, corner in enumerate(corners):
        faces[..., k] = first + numpy.uint32((0, side, side + 1, 1)[corner])
    return vertices, faces


def towards_sun(scene):
    azimuth, altitude = math.radians(scene.azimuth_deg), math.radians(scene.altitude_deg)
    return [math.sin(azimuth) * math.cos(altitude), math.cos(azimuth) * math.cos(altitude),
            math.sin(altitude)]


# ---- veduta --------------------------------------------------------------------------------------

def veduta_flags(scene, samples, seed):
    return [*scene.flags(), "--samples", str(samples), "--seed", str(seed),
            "--bounces", "unlimited" if is_foggy(scene) else str(BOUNCES), "--filter", "box", "--albedo", str(ALBEDO), "--sky-strength", str(SKY),
            "--sun-strength", str(SUN_STRENGTH), "--sun-size", str(SUN_SIZE_DEG),
            "--azimuth", str(scene.azimuth_deg), "--altitude", str(scene.altitude_deg), "--quiet"]


class Veduta:
    name = "veduta"

    def __init__(self, build, folder, dem, scene):
        self.build, self.folder, self.dem, self.scene = build, folder, dem, scene

    def render(self, samples, seed):
        """The picture, as floats, and the seconds that rendering it took."""
        import numpy
        stats = os.path.join(self.folder, "stats.json")
        picture, raw = (os.path.join(self.folder, f"noise.{end}") for end in ("tif", "bin"))
        subprocess.run([os.path.join(self.build, "veduta"), *self.scene.command, self.dem, "-o",
                        picture, "--overwrite", "-ot", "Float32", "--stats", stats,
                        *veduta_flags(self.scene, samples, seed)], check=True)
        to_raw(picture, raw, "-b", "1")
        with open(stats, encoding="utf-8") as file:
            seconds = json.load(file)["render_s"]
        return numpy.fromfile(raw, numpy.float32).reshape(self.scene.size()[::-1]), seconds

    def command(self, samples, picture, stats):
        return [os.path.join(self.build, "veduta"), *self.scene.command, self.dem, "-o", picture,
                "--overwrite", "--memory", str(FILE_MEMORY_MB), "--stats", stats,
                *veduta_flags(self.scene, samples, 0)]


def to_raw(raster, raw, *flags):
    subprocess.run(["gdal_translate", "-q", "-of", "ENVI", *flags, raster, raw], check=True)


# ---- the measurements ----------------------------------------------------------------------------

def inside(scene, image):
    edge = scene.edge
    return image[edge:image.shape[0] - edge, edge:image.shape[1] - edge].astype("float64")


def error_of(a, b):
    """Relative RMSE of a picture, from two that differ in their seeds."""
    return math.sqrt(((a - b) ** 2).mean() / 2) / ((a.mean() + b.mean()) / 2)


def error_at(engine, scene, samples):
    error = error_of(*(inside(scene, engine.render(samples, seed)[0]) for seed in (1, 2)))
    print(f"{engine.name}: {samples} samples, relative RMSE {error:.4f}", file=sys.stderr)
    return error


def samples_for_error(engine, scene):
    """The number of samples that the wanted error takes: doubled until the error is near, and then
    twice by its slope over the last step."""
    wanted = wanted_error(scene)
    samples, error, slope, steps_left = 4, error_at(engine, scene, 4), None, 2
    while True:
        near = slope is not None and error <= 2 * wanted
        more = math.ceil(samples * (error / wanted) ** (1.0 / slope)) if near else 2 * samples
        steps_left -= near
        if more == samples or steps_left == 0:
            return more
        before, error = error, error_at(engine, scene, more)
        slope = math.log(before / error) / math.log(more / samples)
        samples = more


def record(results, what, unit, ours, theirs):
    results.append({"what": what, "unit": unit, "ours": ours, "theirs": theirs,
                    "ratio": theirs / ours})


def measure_noise(options, engine, scene, dem, _, results):
    engines = [Veduta(options.build, options.folder, dem, scene), engine(scene)]
    for samples in (1, 2):
        engines[1].render(samples, 0)  # builds and compiles
    samples = [samples_for_error(engine, scene) for engine in engines]
    seconds, pictures = [[], []], [[], []]
    for repetition in range(max(2, options.repetitions)):
        for e, engine in enumerate(engines):
            picture, time_s = engine.render(samples[e], 3 + repetition)
            seconds[e].append(time_s)
            pictures[e] = pictures[e][-1:] + [inside(scene, picture)]
    means = [pictures[e][0].mean() for e in (0, 1)]
    if abs(means[0] / means[1] - 1) > 0.01:
        sys.exit(f"bench: not the same scene: means {means[0]:.4f} and {means[1]:.4f}")
    ours, theirs = (statistics.median(times) for times in seconds)
    record(results, f"{scene.name} of {scene.heights.shape[0]}² to {wanted_error(scene):.0%} relative "
           "RMSE", "s", ours, theirs)
    record(results, f"{scene.name}: mean radiance", "", *means)
    record(results, f"{scene.name}: samples for it", "a pixel", *samples)
    record(results, f"{scene.name}: the error they got", "relative RMSE",
           *(error_of(*p) for p in pictures))


def watch(command):
    """Seconds, seconds of processors and bytes that a process took; the bytes are no less than this
    process had when it began the other, so a small one has to say its own."""
    start = time.monotonic()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"bench: {' '.join(command)} failed")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def measure_file(options, engine, scene, dem, raw, results):
    picture = os.path.join(options.folder, "file")
    stats = os.path.join(options.folder, "stats.json")
    ours = Veduta(options.build, options.folder, dem, scene).command(FILE_SAMPLES, picture + ".tif",
                                                                     stats)
    theirs = [sys.executable, os.path.abspath(sys.argv[0]), "--child", scene.name, raw,
              picture + ".exr"]
    runs = [[], []]
    for _ in range(options.repetitions):
        for e, command in enumerate((ours, theirs)):
            runs[e].append(watch(command))
            if command is ours:
                with open(stats, encoding="utf-8") as file:
                    runs[e][-1] = (*runs[e][-1][:2], json.load(file)["peak_memory_bytes"])
            print("file: {:.1f} s, {:.1f} s of processors, {:.3g} bytes".format(*runs[e][-1]),
                  file=sys.stderr)
    what = f"{scene.name} of {FILE_SIZE}², {FILE_SAMPLES} samples, file to picture"
    for n, (name, unit, factor) in enumerate((("", "s", 1), (", processor time", "s", 1),
                                              (", peak memory", "GB", 1e-9))):
        medians = [statistics.median(run[n] for run in of_engine) * factor for of_engine in runs]
        record(results, what + name, unit, *medians)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", default="build")
    parser.add_argument("--scenes", default="relief,view")
    parser.add_argument("--parts", default="noise,file")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder = os.path.join(options.build, "bench")
    return options


def main(description, engine):
    """Measures beside an engine: a class made of a scene, with a name, a version, render() and
    write(), which puts the picture that it is given into a file."""
    options = arguments(description)
    if options.child:  # what the process of part `file` does
        name, raw, picture = options.child
        child = engine(SCENES[name](heights_in(raw)))
        child.write(child.render(FILE_SAMPLES, 0)[0], picture)
        return
    version = engine.version()
    results = []
    for part, size, measure in (("noise", NOISE_SIZE, measure_noise),
                                ("file", FILE_SIZE, measure_file)):
        if part not in options.parts.split(","):
            continue
        for name in options.scenes.split(","):
            size_of_it = getattr(SCENES[name], "terrain_size", size)
            if part == "file" and size_of_it != size:
                continue
            dem = program.make_dem(options.build, options.folder, size_of_it)
            raw = os.path.join(options.folder, f"mountains{size_of_it}.bin")
            to_raw(dem, raw)
            measure(options, engine, SCENES[name](heights_in(raw)), dem, raw, results)
    with open(os.path.join(options.folder, f"{engine.name}.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    print(f"| beside {version} | ours | theirs | unit | ratio |")
    print("|---|---|---|---|---|")
    for r in results:
        print(f"| {r['what']} | {r['ours']:.4g} | {r['theirs']:.4g} | {r['unit']} | "
              f"{r['ratio']:.3g} |")
