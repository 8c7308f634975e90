# libveduta, static and shared, and what is installed with it.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(GLOB library_sources CONFIGURE_DEPENDS
     src/base/*.c src/film/*.c src/settings/*.c src/terrain/*.c src/atmosphere/*.c src/media/*.c
     src/objects/*.c src/animation/*.c src/scene/*.c src/render/*.c src/post/*.c src/output/*.c src/api/*.c)
vd_set_instruction_sets(library_sources)
# Each of the optional ones has a file that takes its place where it is missing.
foreach(optional "assimp objects/mesh_read" "embree objects/embree" "nanovdb media/nanovdb"
        "lensfun scene/lensfun" "kissfft post/fft")
    separate_arguments(optional)
    list(GET optional 0 library)
    list(GET optional 1 name)
    set(without _none)
    if(vd_${library}_version STREQUAL none)
        set(without)
    endif()
    list(FILTER library_sources EXCLUDE REGEX "/${name}${without}\\.c$")
endforeach()
if(vd_nanovdb_version STREQUAL none)
    list(FILTER library_sources EXCLUDE REGEX "/media/nanovdb_file\\.c$")
endif()

# Presets and ramps are compiled in, so that the program needs no files beside it.
if(EXISTS ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
    file(GLOB embedded_files CONFIGURE_DEPENDS data/materials/*.yaml data/palettes/*.txt
         presets/*.yaml data/ramps/*.txt)
    set(embedded_source ${PROJECT_BINARY_DIR}/generated/embedded.c)
    add_custom_command(
        OUTPUT ${embedded_source}
        COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOUT=${embedded_source}
                -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${embedded_files} cmake/embed.cmake
        COMMENT "Embedding presets and ramps"
        VERBATIM)
endif()

add_library(vd_objects OBJECT ${library_sources} ${embedded_source})
target_include_directories(vd_objects PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> PRIVATE src)
target_link_libraries(vd_objects
    PRIVATE vd_build_flags PkgConfig::vd_gdal PkgConfig::vd_libpng PkgConfig::vd_libxxhash
            PkgConfig::vd_yaml_0_1 vd_openexr_core vd_optional)
set_source_files_properties(src/base/build_info.c PROPERTIES COMPILE_DEFINITIONS
    "VD_BUILD_TYPE=\"${CMAKE_BUILD_TYPE}\";VD_BUILD_TARGET=\"${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}\";VD_GDAL_VERSION=\"${vd_gdal_VERSION}\";VD_LIBPNG_VERSION=\"${vd_libpng_VERSION}\";VD_LIBYAML_VERSION=\"${vd_yaml_0_1_VERSION}\";VD_OPENEXR_VERSION=\"${vd_OpenEXR_VERSION}\";VD_ASSIMP_VERSION=\"${vd_assimp_version}\";VD_EMBREE_VERSION=\"${vd_embree_version}\";VD_NANOVDB_VERSION=\"${vd_nanovdb_version}\";VD_LENSFUN_VERSION=\"${vd_lensfun_version}\";VD_KISSFFT_VERSION=\"${vd_kissfft_version}\"")

add_library(libveduta_static STATIC $<TARGET_OBJECTS:vd_objects>)
add_library(libveduta SHARED $<TARGET_OBJECTS:vd_objects>)
foreach(library libveduta_static libveduta)
    target_include_directories(${library} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${library} PRIVATE
        $<BUILD_INTERFACE:vd_build_flags> PkgConfig::vd_gdal PkgConfig::vd_libpng
        PkgConfig::vd_libxxhash PkgConfig::vd_yaml_0_1
        $<BUILD_INTERFACE:vd_openexr_core> $<BUILD_INTERFACE:vd_optional> Threads::Threads ${VD_MATH_LIBRARY} ${CMAKE_DL_LIBS})
    set_target_properties(${library} PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME veduta)
endforeach()
# Before 1.0 a minor version may break the binary interface, so the soname carries it.
set_target_properties(libveduta PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    EXPORT_NAME veduta)

if(APPLE)
    set(VD_ORIGIN "@loader_path")
else()
    set(VD_ORIGIN "$ORIGIN")
endif()
file(RELATIVE_PATH VD_BIN_TO_LIB
     ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/veduta)
install(TARGETS libveduta EXPORT veduta-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS libveduta_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/veduta DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(EXPORT veduta-targets NAMESPACE veduta:: FILE veduta-config.cmake
        DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/veduta-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
configure_file(cmake/veduta.pc.in veduta.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/veduta-config-version.cmake DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/veduta.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
