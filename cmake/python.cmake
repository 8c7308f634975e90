# The Python package: python/veduta with an extension module that holds the library. Built beside
# the program where an interpreter has what its tests need (build/python), and into a
# wheel by scikit-build-core, which sets SKBUILD (pyproject.toml).

if(SKBUILD)
    find_package(Python3 REQUIRED COMPONENTS Interpreter Development.Module)
    set(VD_PYTHON_EXECUTABLE ${Python3_EXECUTABLE})
    set(python_includes ${Python3_INCLUDE_DIRS})
else()
    if(NOT VD_PYTHON_EXECUTABLE)
        execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/find-python cffi numpy pytest
                            Python.h
                        OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE)
        set(VD_PYTHON_EXECUTABLE "${found}")
    endif()
    if(NOT VD_PYTHON_EXECUTABLE)
        message(STATUS "No Python with cffi, numpy, pytest and headers, so no package: "
                       "run tools/install-deps check")
        return()
    endif()
    execute_process(COMMAND ${VD_PYTHON_EXECUTABLE} -c
                            "import sysconfig; print(sysconfig.get_paths()['include'])"
                    OUTPUT_VARIABLE python_includes OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

set(python_folder ${PROJECT_BINARY_DIR}/python/veduta)
set(python_source ${PROJECT_BINARY_DIR}/generated/_veduta.c)
set(public_header ${PROJECT_SOURCE_DIR}/include/veduta/veduta.h)
add_custom_command(
    OUTPUT ${python_source}
    COMMAND ${VD_PYTHON_EXECUTABLE} ${PROJECT_SOURCE_DIR}/python/make_module.py
            ${public_header} ${python_source}
    DEPENDS ${public_header} python/make_module.py
    COMMENT "Writing the Python module's source from veduta.h"
    VERBATIM)

# The library's objects are in the module, whose own initialiser is all that it shows. cffi writes
# what keeps to Python's limited API: one binary for every version.
add_library(vd_python MODULE ${python_source})
target_include_directories(vd_python PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_include_directories(vd_python SYSTEM PRIVATE ${python_includes})
target_compile_definitions(vd_python PRIVATE Py_LIMITED_API=0x03090000)
target_link_libraries(vd_python PRIVATE libveduta_static)
set_target_properties(vd_python PROPERTIES
    OUTPUT_NAME _veduta PREFIX "" SUFFIX ".abi3.so" LINKER_LANGUAGE C
    LIBRARY_OUTPUT_DIRECTORY ${python_folder})
if(APPLE)
    target_link_options(vd_python PRIVATE -undefined dynamic_lookup)
else()
    target_link_options(vd_python PRIVATE -Wl,--exclude-libs,ALL)
endif()

# The dataclasses of the knobs, from the table that the module holds.
add_custom_command(
    OUTPUT ${python_folder}/_knobs.py
    COMMAND ${VD_PYTHON_EXECUTABLE} ${PROJECT_SOURCE_DIR}/python/make_knobs.py ${python_folder}
            ${python_folder}/_knobs.py
    DEPENDS vd_python python/make_knobs.py
    COMMENT "Writing the Python classes of the knobs"
    VERBATIM)

file(GLOB python_files CONFIGURE_DEPENDS python/veduta/*.py python/veduta/*.pyi
     python/veduta/py.typed)
set(python_copies)
foreach(file IN LISTS python_files)
    get_filename_component(name ${file} NAME)
    add_custom_command(OUTPUT ${python_folder}/${name}
                       COMMAND ${CMAKE_COMMAND} -E copy ${file} ${python_folder}/${name}
                       DEPENDS ${file} VERBATIM)
    list(APPEND python_copies ${python_folder}/${name})
endforeach()
add_custom_target(python_package ALL DEPENDS ${python_folder}/_knobs.py ${python_copies})

if(SKBUILD)
    install(TARGETS vd_python LIBRARY DESTINATION veduta COMPONENT python)
    install(FILES ${python_folder}/_knobs.py DESTINATION veduta COMPONENT python)
endif()
