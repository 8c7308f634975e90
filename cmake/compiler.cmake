# How everything is compiled. The same source must give the same pixels with every compiler and on
# every x86-64, so: no contraction to fused multiply-add, no fast-math, no -march=native.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O3 -g1")

add_library(vd_build_flags INTERFACE)
target_compile_definitions(vd_build_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
# The two relaxations change no result: nothing here reads errno after a square root, nor the
# floating-point status flags.
target_compile_options(vd_build_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wdouble-promotion -Wshadow -Wconversion
    -ffp-contract=off -fno-math-errno -fno-trapping-math
    $<$<BOOL:${VD_WERROR}>:-Werror>)
if(VD_SANITIZE)
    set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(vd_build_flags INTERFACE ${sanitizers} -O1)
    target_link_options(vd_build_flags INTERFACE ${sanitizers})
endif()

# What is done in lanes (src/terrain/walk.h, src/render/shade.h) is compiled for each level of x86-64
# by a file of its own; the rest stays at the baseline, and the choice between them is made at run
# time. Elsewhere *_four.c alone are left, for what the processor has anyway.
function(vd_set_instruction_sets list)
    set(levels four v2 avx2 v3 avx512 v4)
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
        list(FILTER ${list} EXCLUDE REGEX "/(walk|shade|record|denoise)_avx.*\\.c$")
        set(${list} ${${list}} PARENT_SCOPE)
        return()
    endif()
    foreach(source IN LISTS ${list})
        if(source MATCHES "/(walk|shade|record|denoise)_(four|avx2|avx512)\\.c$")
            list(FIND levels "${CMAKE_MATCH_2}" at)
            math(EXPR at "${at} + 1")
            list(GET levels ${at} level)
            set_source_files_properties(${source} PROPERTIES
                COMPILE_OPTIONS "-march=x86-64-${level};-mtune=generic;-Wno-psabi")
        endif()
    endforeach()
endfunction()
