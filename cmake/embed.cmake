# Turns the text files that come with veduta into a C file of constants (src/base/embedded.h):
#
#     cmake -DOUT=<build>/embedded.c -DROOT=<source tree> -P cmake/embed.cmake
#
# Characters are written one by one, because C promises only 4095 of them in a string literal.

foreach(variable OUT ROOT)
    if(NOT DEFINED ${variable})
        message(FATAL_ERROR "embed.cmake: say -D${variable}=...")
    endif()
endforeach()

set(texts "")
set(rows "")
set(count 0)
string(REPEAT "'[^']*'," 12 twelve) # characters a line
foreach(kind "materials;data/materials/*.yaml" "palettes;data/palettes/*.txt"
        "presets;presets/*.yaml" "ramps;data/ramps/*.txt")
    list(GET kind 0 folder)
    list(GET kind 1 pattern)
    file(GLOB files LIST_DIRECTORIES false "${ROOT}/${pattern}")
    list(SORT files)
    foreach(file IN LISTS files)
        get_filename_component(name "${file}" NAME_WLE)
        file(READ "${file}" hex HEX)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," characters "${hex}")
        string(REGEX REPLACE "(${twelve})" "\\1\n    " characters "${characters}")
        string(APPEND texts "static const char text_${count}[] = {\n    ${characters}0};\n")
        string(APPEND rows "    {\"${folder}\", \"${name}\", text_${count}},\n")
        math(EXPR count "${count} + 1")
    endforeach()
endforeach()

file(WRITE "${OUT}"
     "/* Made by cmake/embed.cmake. */\n#include \"base/embedded.h\"\n\n${texts}\n"
     "const vd_embedded_file vd_embedded_files[] = {\n${rows}    {NULL, NULL, NULL}};\n")
