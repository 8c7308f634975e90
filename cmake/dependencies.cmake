# What veduta stands on, found by pkg-config. tools/install-deps installs it.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(dependency gdal libpng libxxhash yaml-0.1 OpenEXR)
    string(MAKE_C_IDENTIFIER vd_${dependency} name)
    pkg_check_modules(${name} IMPORTED_TARGET ${dependency})
    if(NOT ${name}_FOUND)
        message(FATAL_ERROR "pkg-config finds no ${dependency}: run tools/install-deps build")
    endif()
endforeach()
find_library(VD_MATH_LIBRARY m)

# Of OpenEXR the C core alone, so that no C++ library comes with it. Distributions put the version
# into its name (OpenEXRCore-3_1).
set(core_name ${vd_OpenEXR_LIBRARIES})
list(FILTER core_name INCLUDE REGEX "^OpenEXRCore")
if(NOT core_name)
    message(FATAL_ERROR "OpenEXR ${vd_OpenEXR_VERSION} has no C core; 3.1 or later is needed")
endif()
find_library(VD_OPENEXR_CORE_LIBRARY NAMES ${core_name}
             HINTS ${vd_OpenEXR_LIBDIR} ${vd_OpenEXR_LIBRARY_DIRS})
if(NOT VD_OPENEXR_CORE_LIBRARY)
    message(FATAL_ERROR "${core_name} is nowhere to be found: run tools/install-deps build")
endif()
add_library(vd_openexr_core INTERFACE)
target_include_directories(vd_openexr_core SYSTEM INTERFACE ${vd_OpenEXR_INCLUDE_DIRS})
target_link_libraries(vd_openexr_core INTERFACE ${VD_OPENEXR_CORE_LIBRARY})

# Objects want Assimp to read them and Embree, version 4 or 3, to trace them. A build without either
# is whole but for objects, and says so when they are asked for.
add_library(vd_optional INTERFACE)
set(vd_assimp_version none)
set(vd_embree_version none)
pkg_check_modules(vd_assimp IMPORTED_TARGET assimp)
if(VD_OBJECTS AND vd_assimp_FOUND)
    set(vd_assimp_version ${vd_assimp_VERSION})
    target_link_libraries(vd_optional INTERFACE PkgConfig::vd_assimp)
endif()
set(vd_embree)
foreach(version 4 3)
    find_path(VD_EMBREE${version}_INCLUDE embree${version}/rtcore.h)
    find_library(VD_EMBREE${version}_LIBRARY embree${version})
    if(VD_EMBREE${version}_INCLUDE AND VD_EMBREE${version}_LIBRARY AND NOT vd_embree)
        set(vd_embree ${version})
    endif()
endforeach()
if(VD_OBJECTS AND vd_embree)
    file(STRINGS ${VD_EMBREE${vd_embree}_INCLUDE}/embree${vd_embree}/rtcore_config.h version_line
         REGEX "define RTC_VERSION_STRING")
    string(REGEX REPLACE ".*\"(.*)\".*" "\\1" vd_embree_version "${version_line}")
    target_include_directories(vd_optional SYSTEM INTERFACE ${VD_EMBREE${vd_embree}_INCLUDE})
    target_link_libraries(vd_optional INTERFACE ${VD_EMBREE${vd_embree}_LIBRARY})
    target_compile_definitions(vd_optional INTERFACE VD_EMBREE=${vd_embree})
endif()

if(VD_TESTS)
    pkg_check_modules(vd_cmocka IMPORTED_TARGET cmocka)
endif()
