#!/usr/bin/env python3
"""Runs the measurements of `make bench` and writes what they found.

    bench/run.py [--bench intersect,build,memory,program,clouds] [--sizes 1024,4096] [--build build]

Writes BUILD/bench/results.json, a list of objects with the keys "bench", "size", "rays", "threads",
"ours", "embree", "ratio", "unit" and some more, and the same as tables in results.md beside it and
on standard output (--out names another folder). "ours" and "embree" are in "unit"; "ratio" is how
many times better ours is, be that more or less of it; what was not measured is null. Needs nothing
but Python's own library.
"""
import argparse
import json
import os
import platform
import subprocess
import sys

import clouds
import program

BENCHES = ("intersect", "build", "memory", "program", "clouds")
PEERS = ("mitsuba", "cycles")  # by request only; each has a table of its own
IN_C = ("intersect", "build", "memory")

# Without arguments a run should end before one has lost patience: larger sizes are for asking.
DEFAULT_SIZES = [1024, 4096]


def words(text):
    return text.replace(",", " ").split()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", default="", help=", ".join(BENCHES) + "; all if empty")
    parser.add_argument("--sizes", default="", help="cells a side")
    parser.add_argument("--build", default="build", help="CMake's folder")
    parser.add_argument("--out", help="folder to write to; BUILD/bench")
    parser.add_argument("--alone", action="store_true", help="without Embree")
    parser.add_argument("--repetitions", default="3", help="passes, of which the median counts")
    parser.add_argument("--pixels", default="1280x720", help="so many rays of a kind")
    parser.add_argument("--precision", default="float32", help="how our heights are kept")
    parser.add_argument("--whole", action="store_true", help="on heights of whole metres")
    parser.add_argument("--samples", type=int, default=0,
                        help="per pixel, of the program's runs; 4, and 1 on more than 8,192 cells")
    options = parser.parse_args()
    options.out = options.out or os.path.join(options.build, "bench")
    options.bench = words(options.bench) or list(BENCHES)
    for name in options.bench:
        if name not in (*BENCHES, *PEERS):
            parser.error(f"BENCH={name}: there are {', '.join((*BENCHES, *PEERS))}")
    try:
        options.sizes = [int(size) for size in words(options.sizes)]
    except ValueError:
        parser.error(f"SIZES={options.sizes}: numbers of cells a side, please")
    return options


def run_in_c(options, names, sizes):
    """Runs bench_terrain for some of its benches, and returns its results."""
    lines = os.path.join(options.out, "terrain.jsonl")
    command = [os.path.join(options.build, "bench", "bin", "bench_terrain"), "-o", lines,
               "-b", ",".join(names), "-s", ",".join(map(str, sizes)), "-n", options.repetitions,
               "-p", options.pixels, "-k", options.precision]
    command += (["-a"] if options.alone else []) + (["-w"] if options.whole else [])
    status = subprocess.run(command).returncode
    if status != 0:
        sys.exit(f"bench: {command[0]} failed with status {status}")
    with open(lines, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measure(options):
    results = []
    sizes = options.sizes or DEFAULT_SIZES
    names = [name for name in IN_C if name in options.bench]
    if names:
        results += run_in_c(options, names, sizes)
    if "program" in options.bench:
        results += program.measure(options.build, options.out, sizes, options.samples)
    if "clouds" in options.bench:
        results += clouds.measure(options.build, options.out, sizes, options.samples)
    return results


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cell(value):
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table(results, columns):
    """Markdown: columns are (heading, key)."""
    lines = ["| " + " | ".join(heading for heading, _ in columns) + " |",
             "|" + "---|" * len(columns)]
    for result in results:
        lines.append("| " + " | ".join(cell(result.get(key)) for _, key in columns) + " |")
    return "\n".join(lines)


COLUMNS = {
    "intersect": [("cells a side", "size"), ("rays", "rays"), ("threads", "threads"),
                  ("ours, Mrays/s", "ours"), ("Embree, Mrays/s", "embree"),
                  ("Embree's best", "variant"), ("ratio", "ratio"),
                  ("ours by the clock", "ours_wall"), ("Embree by the clock", "embree_wall")],
    "build": [("cells a side", "size"), ("threads", "threads"), ("ours, s", "ours"),
              ("Embree, s", "embree"), ("Embree's", "variant"), ("ratio", "ratio")],
    "memory": [("cells a side", "size"), ("ours, bytes a cell", "ours"),
               ("Embree, bytes a cell", "embree"), ("Embree's", "variant"), ("ratio", "ratio")],
    "program": [("cells a side", "size"), ("threads", "threads"), ("what", "what"),
                ("ours", "ours"), ("unit", "unit")],
    "clouds": [("cells a side", "size"), ("what", "what"), ("ours", "ours"), ("unit", "unit")],
}


def document(results):
    about = [f"{os.cpu_count()} processors, {processor()}"]
    for key, name in (("isa", "VEDUTA_ISA"), ("library", "beside")):
        values = sorted({result[key] for result in results if result.get(key)})
        if values:
            about.append(f"{name} {', '.join(values)}")
    parts = ["# Measurements", "; ".join(about) + "."]
    for name in BENCHES:
        of_bench = [result for result in results if result["bench"] == name]
        if of_bench:
            parts += [f"## {name}", table(of_bench, COLUMNS[name])]
    return "\n\n".join(parts) + "\n"


def main():
    options = arguments()
    os.makedirs(options.out, exist_ok=True)
    for peer in PEERS:
        if peer not in options.bench:
            continue
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"beside_{peer}.py")
        status = subprocess.run([os.environ.get("PEER_PYTHON", sys.executable), script,
                                 "--build", options.build]).returncode
        if status:
            sys.exit(status)
    if set(options.bench) <= set(PEERS):
        return
    results = measure(options)
    with open(os.path.join(options.out, "results.json"), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(result) for result in results) + "\n]\n")
    text = document(results)
    with open(os.path.join(options.out, "results.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text, end="")


if __name__ == "__main__":
    main()
