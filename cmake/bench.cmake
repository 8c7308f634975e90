# Measurements: `make bench` builds these programs and runs bench/run.py. Nothing else depends on
# them but a short test that they still work (tests/check_bench.sh).
#
# Embree, version 3 or 4, is what our tracer is measured against.

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c)
list(FILTER bench_sources EXCLUDE REGEX "/(mesh|mesh_none|make_dem|atmosphere_.*)\\.c$")
if(vd_embree)
    list(APPEND bench_sources bench/mesh.c)
else()
    list(APPEND bench_sources bench/mesh_none.c)
endif()

add_executable(bench_terrain ${bench_sources})
target_link_libraries(bench_terrain PRIVATE vd_build_flags libveduta_static Threads::Threads
                                            ${VD_MATH_LIBRARY})
target_include_directories(bench_terrain PRIVATE src)
set_target_properties(bench_terrain PROPERTIES RUNTIME_OUTPUT_DIRECTORY bench/bin)
if(vd_embree)
    target_include_directories(bench_terrain SYSTEM PRIVATE ${VD_EMBREE${vd_embree}_INCLUDE})
    target_link_libraries(bench_terrain PRIVATE ${VD_EMBREE${vd_embree}_LIBRARY})
    target_compile_definitions(bench_terrain PRIVATE VD_BENCH_EMBREE=${vd_embree})
endif()

# A DEM of any size, for measurements of the whole program.
add_executable(make_dem bench/make_dem.c bench/mountains.c)
target_link_libraries(make_dem PRIVATE vd_build_flags libveduta_static PkgConfig::vd_gdal
                                       Threads::Threads ${VD_MATH_LIBRARY})
target_include_directories(make_dem PRIVATE src)
set_target_properties(make_dem PROPERTIES RUNTIME_OUTPUT_DIRECTORY bench/bin)

# The physical sky by brute force, against the tables.
add_executable(atmosphere_reference bench/atmosphere_reference.c bench/atmosphere_paths.c)
target_link_libraries(atmosphere_reference PRIVATE vd_build_flags libveduta_static Threads::Threads
                                                   ${VD_MATH_LIBRARY})
target_include_directories(atmosphere_reference PRIVATE src)
set_target_properties(atmosphere_reference PROPERTIES RUNTIME_OUTPUT_DIRECTORY bench/bin)
