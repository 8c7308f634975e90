# Measurements: `make bench` builds these programs and runs bench/run.py. Nothing else depends on
# them but a short test that they still work (tests/check_bench.sh).
#
# Embree, version 3 or 4, is what our tracer is measured against, and only that: the library and the
# program neither need nor know it.

set(embree_version)
foreach(version 4 3)
    find_path(VD_EMBREE${version}_INCLUDE embree${version}/rtcore.h)
    find_library(VD_EMBREE${version}_LIBRARY embree${version})
    if(VD_EMBREE${version}_INCLUDE AND VD_EMBREE${version}_LIBRARY AND NOT embree_version)
        set(embree_version ${version})
    endif()
endforeach()

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c)
list(FILTER bench_sources EXCLUDE REGEX "/(mesh|mesh_none|make_dem|atmosphere_.*)\\.c$")
if(embree_version)
    list(APPEND bench_sources bench/mesh.c)
else()
    list(APPEND bench_sources bench/mesh_none.c)
endif()

add_executable(bench_terrain ${bench_sources})
target_link_libraries(bench_terrain PRIVATE vd_build_flags libveduta_static Threads::Threads
                                            ${VD_MATH_LIBRARY})
target_include_directories(bench_terrain PRIVATE src)
set_target_properties(bench_terrain PROPERTIES RUNTIME_OUTPUT_DIRECTORY bench/bin)
if(embree_version)
    target_include_directories(bench_terrain SYSTEM PRIVATE ${VD_EMBREE${embree_version}_INCLUDE})
    target_link_libraries(bench_terrain PRIVATE ${VD_EMBREE${embree_version}_LIBRARY})
    target_compile_definitions(bench_terrain PRIVATE VD_BENCH_EMBREE=${embree_version})
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
