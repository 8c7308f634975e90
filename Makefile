# The commands of daily work. CMake does the building; this file only strings steps together.
#
#   make                 install what is missing, build the library and build/veduta
#   make demo            ... and render the sample DEM
#   make check           ... and run every test, warnings as errors
#   make check-long      the long tests too
#   make check-sanitize  most tests and the program under ASan and UBSan
#   make bench           measurements, into build/bench/results.json and results.md; a part of them
#                        by BENCH=intersect (build, memory, program, clouds, mitsuba, cycles) and SIZES=1024,4096;
#                        closer looks by REPETITIONS=7 and PIXELS=1920x1080; heights kept as
#                        PRECISION=int16 or auto, and of whole metres by WHOLE=1
#   make format          clang-format over all sources
#   make docs            docs/settings.md from the table of settings
#   make site            the documentation as pages to read in a browser, in build/site
#   make gallery         the pictures of docs/gallery
#   make install         into PREFIX (/usr/local), under DESTDIR if set
#   make clean

PREFIX ?= /usr/local
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
export JOBS

CTEST = ctest --output-on-failure --no-tests=error --parallel $(JOBS)

.PHONY: all deps check-deps demo check check-long check-sanitize check-clang bench format docs site \
        gallery install clean
.NOTPARALLEL:

all: deps
	@TARGET=program tools/build build

deps:
	@tools/install-deps build

check-deps:
	@tools/install-deps check

demo: all
	@mkdir -p build/demo
	build/veduta relief data/bigtujunga.tif --overwrite \
	    -o build/demo/relief.png -o build/demo/relief.tif
	@echo "The picture is $(CURDIR)/build/demo/relief.png"
	@echo "The same, georeferenced for a GIS: $(CURDIR)/build/demo/relief.tif"

# The second compiler must give the same pictures: the unit and medium tests hold pins for both, by
# fewer rays. What only asks whether knobs, light and shapes are right is asked once, of the other.
ONCE = medium_(knobs|physical_sky|droplets|deform|diffraction|light_motion|lens_profile|aov_light|environment_light|material|objects|emitters|water_.*|detail|project|sun_hours|compose|sky|light|layers|view|lens|denoise|fog.*|shafts|shutter|animation|finish|focus_views|aov_objects|sunken_objects|cloud.*|air_shade|object_motion|motion_aov|flight|fisheye|bend|crop)

check-clang: check-deps
	@if command -v clang >/dev/null 2>&1; then \
	    tools/build build/clang -DCMAKE_C_COMPILER=clang -DVD_WERROR=ON && \
	    cd build/clang && VEDUTA_TEST_RAYS=300000 $(CTEST) --label-regex 'unit|medium' --exclude-regex '$(ONCE)'; \
	elif [ -n "$$CI" ]; then echo "No clang here, and CI checks with it." >&2; exit 1; \
	else echo "No clang here, so only $(CC) is checked."; fi

check: check-deps check-clang
	@tools/build build -DVD_WERROR=ON
	@cd build && $(CTEST)

check-long: check-deps
	@tools/build build -DVD_WERROR=ON
	@cd build && $(CTEST) --build-config Long

check-sanitize: check-deps
	@tools/build build/sanitize -DVD_SANITIZE=ON -DVD_WERROR=ON
	@cd build/sanitize && VEDUTA_TEST_RAYS=50000 $(CTEST) \
	    --tests-regex '^(unit|cli|check)_|^medium_(intersect|light|knobs|determinism)'

# The DEMs that it makes stay in build/bench.
bench: deps
	@tools/build build
	@python3 bench/run.py --build build --bench "$(BENCH)" --sizes "$(SIZES)" \
	    $(if $(REPETITIONS),--repetitions $(REPETITIONS)) $(if $(PIXELS),--pixels $(PIXELS)) \
	    $(if $(PRECISION),--precision $(PRECISION)) $(if $(WHOLE),--whole)

format:
	@find include src tests bench \( -name '*.c' -o -name '*.h' \) -exec clang-format -i {} +

docs: all
	@build/veduta settings --format markdown >docs/settings.md

# Warnings are errors, dead links among them. The package is imported for its docstrings.
site: check-deps
	@tools/build build
	@tools/install-deps docs
	@"$$(tools/find-python cffi numpy sphinx myst_parser furo)" -m sphinx -q -W --keep-going \
	    -c docs/site -b html . build/site
	@echo "The site is $(CURDIR)/build/site/index.html"

gallery: all
	@tools/gallery build/veduta

install: all
	@TARGET=program tools/build build -DCMAKE_INSTALL_PREFIX="$(PREFIX)"
	@cmake --install build

clean:
	@rm -rf build
