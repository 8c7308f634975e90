#!/bin/sh
# The measurements of `make bench` still work: all of them on a tiny terrain, without Embree, and
# the results are as bench/run.py promises.
set -eu
command -v python3 >/dev/null 2>&1 || {
    echo "no python3 here"
    exit 77
}
run=$VD_SOURCE_DIR/bench/run.py
export PYTHONDONTWRITEBYTECODE=1

python3 "$run" --build "$VD_BUILD_DIR" --out . --alone --sizes 256 --repetitions 1 \
    --pixels 64x32 --samples 1 >out 2>err || {
    cat out err
    exit 1
}
python3 - <<'CHECK'
import json

with open("results.json", encoding="utf-8") as file:
    results = json.load(file)
for result in results:
    for key in ("bench", "size", "rays", "threads", "ours", "embree", "ratio", "unit"):
        assert key in result, f"no {key} in {result}"
    assert result["size"] == 256 and result["ours"] > 0, result
kinds = {f"{camera}-{ray}" for camera in ("map", "view")
         for ray in ("primary", "sun", "ao", "bounce")}
found = {result["rays"] for result in results if result["bench"] == "intersect"}
assert found == kinds, f"rays: {found}"
benches = {result["bench"] for result in results}
assert benches == {"intersect", "build", "memory", "program", "clouds"}, benches
CHECK
cmp -s out results.md || { echo "the table on standard output is not results.md"; exit 1; }

# A wrong word or size is an error, and says which.
for wrong in "--bench intersekt" "--sizes 10x24"; do
    # shellcheck disable=SC2086 # a flag and its value
    if python3 "$run" --build "$VD_BUILD_DIR" --out . $wrong >out 2>err; then
        echo "$wrong was taken"
        exit 1
    fi
    grep -q "${wrong#* }" err || { cat err; exit 1; }
done
