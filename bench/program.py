"""The whole program, from a file to a picture, by what it says itself (--stats).

For each size a DEM of mountains is made once (it stays for the next run) and its relief rendered:
the phases and the peak of memory. At the first size also how rendering scales with threads, and how
long equal noise takes (--noise).
"""
import json
import os
import subprocess
import sys

NOISE = 0.01
PHASES = (("load", "read_s"), ("build", "build_s"), ("render", "render_s"), ("write", "write_s"))


def make_dem(build, folder, size):
    path = os.path.join(folder, f"mountains{size}.tif")
    if not os.path.exists(path):
        part = os.path.join(folder, f"unfinished{size}.tif")
        maker = os.path.join(build, "bench", "bin", "make_dem")
        subprocess.run([maker, str(size), part], check=True)
        os.rename(part, path)
    return path


def relief(build, folder, dem, *flags):
    """Renders, and returns the statistics."""
    stats = os.path.join(folder, "stats.json")
    picture = os.path.join(folder, "relief.tif")
    command = [os.path.join(build, "veduta"), "relief", dem, "-o", picture, "--overwrite",
               "--stats", stats, *flags]
    print("program  ", " ".join(command[1:3] + list(flags)), file=sys.stderr)
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: {run.stderr.strip()}")
    os.remove(picture)
    with open(stats, encoding="utf-8") as file:
        return json.load(file)


def result(size, threads, what, ours, unit):
    return {"bench": "program", "size": size, "rays": None, "threads": threads, "ours": ours,
            "embree": None, "ratio": None, "unit": unit, "what": what}


def phases(size, stats):
    threads = stats["threads"]
    results = [result(size, threads, what, stats[key], "s") for what, key in PHASES]
    results.append(result(size, threads, "all", sum(stats[key] for _, key in PHASES), "s"))
    results.append(result(size, threads, "rays", stats["rays_per_s"] * 1e-6, "Mrays/s"))
    results.append(result(size, threads, "peak memory", stats["peak_memory_bytes"] * 1e-9, "GB"))
    return results


def thread_counts(most):
    """1, 2, 4, ... and all of them."""
    counts = [1]
    while counts[-1] * 2 < most:
        counts.append(counts[-1] * 2)
    return counts + [most] if most > 1 else counts


def measure(build, folder, sizes, samples):
    results = []
    for size in sizes:
        count = samples or (4 if size <= 8192 else 1)
        dem = make_dem(build, folder, size)
        results += phases(size, relief(build, folder, dem, "--samples", str(count)))
        if size != sizes[0]:
            continue
        for threads in thread_counts(results[0]["threads"]):
            stats = relief(build, folder, dem, "--samples", str(count),
                           "--threads", str(threads))
            results.append(result(size, threads, "render, by threads", stats["render_s"], "s"))
        stats = relief(build, folder, dem, "--noise", str(NOISE))
        results.append(result(size, stats["threads"], f"render to noise {NOISE}",
                              stats["render_s"], "s"))
        results.append(result(size, stats["threads"], f"samples to noise {NOISE}",
                              stats["samples_per_pixel"], "a pixel"))
    return results
