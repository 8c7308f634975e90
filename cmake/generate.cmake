# Man pages and completion scripts, as the program itself writes them:
#
#     cmake -DPROGRAM=<veduta> -DOUT=<folder> -DCOMMANDS=relief,info -P cmake/generate.cmake

foreach(variable PROGRAM OUT COMMANDS)
    if(NOT DEFINED ${variable})
        message(FATAL_ERROR "generate.cmake: say -D${variable}=...")
    endif()
endforeach()

function(vd_generate file)
    execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_FILE ${OUT}/${file} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${PROGRAM} ${ARGN} failed: ${status}")
    endif()
endfunction()

file(MAKE_DIRECTORY ${OUT})
vd_generate(veduta.1 man)
string(REPLACE "," ";" COMMANDS "${COMMANDS}")
foreach(command IN LISTS COMMANDS)
    vd_generate(veduta-${command}.1 man ${command})
endforeach()
vd_generate(veduta completion bash)
vd_generate(_veduta completion zsh)
