# The tests. Every file of these patterns is a test by being there:
#   tests/unit/test_*.c      one module, seconds at most                          label unit
#   tests/medium/test_*.c    closed forms, references, brute force                label medium
#   tests/long/test_*.c      by hand or nightly: ctest -C Long                    label long
#   tests/cli/*.t            transcripts of the program                           label script
#   tests/check_*.sh         the program and the package, from outside            label script
#   tests/long_*.sh          the same, long                                       label long
#   tools/check-*            the source itself                                    label source
# A script exits 77 when it cannot run here (no clang, say). Each test has a folder of its own to
# write in, so that all can run at once.

set(test_environment
    VD_SOURCE_DIR=${PROJECT_SOURCE_DIR} VD_BUILD_DIR=${PROJECT_BINARY_DIR}
    VD_CC=${CMAKE_C_COMPILER} VD_SANITIZE=${VD_SANITIZE}
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    UBSAN_OPTIONS=print_stacktrace=1)

function(vd_add_test name label timeout)
    set(folder ${PROJECT_BINARY_DIR}/tests/${name})
    file(MAKE_DIRECTORY ${folder})
    set(configurations)
    if(label STREQUAL "long")
        set(configurations CONFIGURATIONS Long)
    endif()
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${folder} ${configurations})
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout}
        SKIP_RETURN_CODE 77 ENVIRONMENT "${test_environment}")
endfunction()

if(vd_cmocka_FOUND)
    foreach(kind unit medium long)
        set(timeout_unit 60)
        set(timeout_medium 300)
        set(timeout_long 3600)
        file(GLOB sources CONFIGURE_DEPENDS tests/${kind}/test_*.c)
        foreach(source IN LISTS sources)
            get_filename_component(name ${source} NAME_WE)
            add_executable(${name} ${source})
            target_include_directories(${name} PRIVATE src tests)
            target_compile_definitions(${name} PRIVATE VD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
            target_link_libraries(${name} PRIVATE
                vd_build_flags libveduta_static PkgConfig::vd_cmocka PkgConfig::vd_gdal
                PkgConfig::vd_libpng vd_openexr_core vd_optional Threads::Threads ${VD_MATH_LIBRARY})
            set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY tests/bin)
            string(REGEX REPLACE "^test_" "" short ${name})
            vd_add_test(${kind}_${short} ${kind} ${timeout_${kind}} ${name})
        endforeach()
    endforeach()
else()
    message(STATUS "No cmocka, so no tests in C: run tools/install-deps check")
endif()

file(GLOB scripts CONFIGURE_DEPENDS tests/check_*.sh tests/long_*.sh)
foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    if(name MATCHES "^long_")
        vd_add_test(${name} long 7200 sh ${script})
    else()
        vd_add_test(${name} script 300 sh ${script})
    endif()
endforeach()

find_program(VD_BASH bash)
file(GLOB transcripts CONFIGURE_DEPENDS tests/cli/*.t)
foreach(transcript IN LISTS transcripts)
    get_filename_component(name ${transcript} NAME_WE)
    vd_add_test(cli_${name} script 300 ${VD_BASH} ${PROJECT_SOURCE_DIR}/tests/cli/run.sh
                ${PROJECT_BINARY_DIR}/veduta ${transcript})
endforeach()

file(GLOB checks CONFIGURE_DEPENDS tools/check-*)
foreach(check IN LISTS checks)
    get_filename_component(name ${check} NAME)
    string(REPLACE "check-" "source_" name ${name})
    vd_add_test(${name} source 120 ${check})
endforeach()
