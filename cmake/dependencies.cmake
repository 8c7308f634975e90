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

if(VD_TESTS)
    pkg_check_modules(vd_cmocka IMPORTED_TARGET cmocka)
endif()
