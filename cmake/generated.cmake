# Man pages and completion scripts: the program just built writes them, and they are installed with
# it. Each src/cli/cmd_NAME.c is a command with a page of its own. A program for another machine
# cannot be run, so a cross build installs none.

if(CMAKE_CROSSCOMPILING)
    return()
endif()

set(generated_folder ${PROJECT_BINARY_DIR}/generated/share)
set(command_names)
set(man_pages ${generated_folder}/veduta.1)
foreach(source IN LISTS cli_sources)
    get_filename_component(name ${source} NAME_WE)
    if(name MATCHES "^cmd_(.+)$")
        string(REPLACE "_" "-" command ${CMAKE_MATCH_1})
        list(APPEND command_names ${command})
        list(APPEND man_pages ${generated_folder}/veduta-${command}.1)
    endif()
endforeach()
string(REPLACE ";" "," command_names "${command_names}")

add_custom_command(
    OUTPUT ${man_pages} ${generated_folder}/veduta ${generated_folder}/_veduta
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:veduta> -DOUT=${generated_folder}
            -DCOMMANDS=${command_names} -P ${PROJECT_SOURCE_DIR}/cmake/generate.cmake
    DEPENDS veduta libveduta cmake/generate.cmake
    COMMENT "Writing man pages and completion scripts"
    VERBATIM)
add_custom_target(generated_files ALL DEPENDS ${man_pages})

install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated_folder}/veduta
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${generated_folder}/_veduta
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
