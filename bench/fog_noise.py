#!/usr/bin/env python3
"""Noise and time of a view in fog, beside the same view in clear air.

    python3 bench/fog_noise.py [--build build] [--samples 4,16,64] [--scenes fog,height-fog]
                               [--flags="--fog-g 0.8"] [--clear-flags=...]

The scenes are those of beside.py: 480 x 270 pixels over a terrain of 256 x 256, light scattered
without end. Noise is the relative RMSE of a picture, from two with different seeds: half their mean
squared difference is the variance of one. Time is that of processors, of the whole program. A view
takes so many times as long as in clear air at equal samples; and at equal noise, by the time that it
would take to the noise that clear air has: noise falls with the root of time, as the last two
numbers of samples should confirm.

Needs numpy, gdal_translate, and what `make` builds.
"""
import argparse
import os

import beside
import program

CLEAR = "clear"


class Clear(beside.Fog):
    """The view without its fog."""
    name = CLEAR

    def flags(self):
        return beside.View.flags(self)


class Measure:
    def __init__(self, options):
        self.options = options
        self.folder = os.path.join(options.build, "bench")
        self.dem = program.make_dem(options.build, self.folder, beside.Fog.terrain_size)
        raw = os.path.join(self.folder, "fog.bin")
        beside.to_raw(self.dem, raw)
        self.heights = beside.heights_in(raw)

    def picture(self, scene, samples, seed):
        """A picture, and the seconds of processors that it took."""
        import numpy
        path, raw = (os.path.join(self.folder, f"fog_noise.{end}") for end in ("tif", "bin"))
        flags = self.options.clear_flags if scene.name == CLEAR else self.options.flags
        _, seconds, _ = beside.watch(
            [os.path.join(self.options.build, "veduta"), *scene.command, self.dem, "-o", path,
             "--overwrite", "-ot", "Float32", *beside.veduta_flags(scene, samples, seed),
             *flags.split()])
        beside.to_raw(path, raw, "-b", "1")
        return numpy.fromfile(raw, numpy.float32).astype("float64"), seconds

    def row(self, scene, samples):
        (a, a_s), (b, b_s) = (self.picture(scene, samples, seed) for seed in (1, 2))
        return beside.error_of(a, b), (a_s + b_s) / 2, (a.mean() + b.mean()) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--samples", default="4,16,64")
    parser.add_argument("--scenes", default="fog,height-fog")
    parser.add_argument("--flags", default="", help="of views in fog, beside the scene's")
    parser.add_argument("--clear-flags", default="", help="of the view in clear air")
    options = parser.parse_args()
    measure = Measure(options)
    counts = [int(n) for n in options.samples.split(",")]
    print("| view | samples | relative RMSE | s | mean | times at equal samples | at equal noise |")
    print("|---|---|---|---|---|---|---|")
    clear = {}
    scenes = [Clear, *(beside.SCENES[name] for name in options.scenes.split(","))]
    for scene in (kind(measure.heights) for kind in scenes):
        for n in counts:
            error, seconds, mean = measure.row(scene, n)
            clear.setdefault(n, (error, seconds))
            longer = seconds / clear[n][1]
            print(f"| {scene.name} | {n} | {error:.4f} | {seconds:.2f} | {mean:.4f} | {longer:.2f} | "
                  f"{longer * (error / clear[n][0]) ** 2:.3g} |", flush=True)


if __name__ == "__main__":
    main()
