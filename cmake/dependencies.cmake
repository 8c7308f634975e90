# What veduta stands on, found by pkg-config. tools/install-deps installs it.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(dependency gdal libpng libxxhash yaml-0.1)
    string(MAKE_C_IDENTIFIER vd_${dependency} name)
    pkg_check_modules(${name} IMPORTED_TARGET ${dependency})
    if(NOT ${name}_FOUND)
        message(FATAL_ERROR "pkg-config finds no ${dependency}: run tools/install-deps build")
    endif()
endforeach()
find_library(VD_MATH_LIBRARY m)

if(VD_TESTS)
    pkg_check_modules(vd_cmocka IMPORTED_TARGET cmocka)
endif()
