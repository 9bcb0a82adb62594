# What every target shares, and the helpers by which a folder becomes a target.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(DD_SANITIZE "" CACHE STRING "Sanitizers for everything: address,undefined or thread")
option(DD_WERROR "Warnings are errors" ON)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# Assertions stay in release builds: a wrong program must not go on.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_library(dd_flags INTERFACE)
target_include_directories(dd_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(dd_flags INTERFACE _GNU_SOURCE)
target_compile_options(dd_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
  -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wcast-align -Wimplicit-fallthrough
  -fstack-protector-strong $<$<BOOL:${DD_WERROR}>:-Werror>)
if(DD_SANITIZE)
  add_compile_options(-fsanitize=${DD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DD_SANITIZE})
endif()

# dd_package(<name> <pkg-config module>): an imported target dd_pkg::<name>.
function(dd_package name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
endfunction()
dd_package(UV libuv)
dd_package(ZMQ libzmq)
dd_package(PBC libprotobuf-c)
dd_package(SODIUM libsodium)
dd_package(YAML yaml-0.1)
dd_package(UTF8PROC libutf8proc)
dd_package(JANSSON jansson)
dd_package(SYSTEMD libsystemd)
find_library(LMDB_LIBRARY lmdb REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)

# dd_library(<name> [libraries it may use]): all *.c of the folder but main.c.
function(dd_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE dd_flags ${ARGN})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC dd_flags ${ARGN})
endfunction()

# Builds all unit tests, and the programs that some of them start.
add_custom_target(unit-tests)

# dd_service(<name> [libraries]): library <name>_lib for its tests, and the program dondoc-<name>.
function(dd_service name)
  dd_library(${name}_lib ${ARGN})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.c)
    add_executable(dondoc-${name} main.c)
    target_link_libraries(dondoc-${name} PRIVATE ${name}_lib)
    add_dependencies(unit-tests dondoc-${name})
    install(TARGETS dondoc-${name} RUNTIME DESTINATION bin)
  endif()
endfunction()

# dd_tests(<prefix> [libraries]): each *_test.c of the folder is a test <prefix>.<name>.
function(dd_tests prefix)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.c)
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_test$" "" name ${name})
    string(REPLACE "." "-" target "test-${prefix}-${name}")
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE dd_test_support ${ARGN})
    add_dependencies(unit-tests ${target})
    add_test(NAME ${prefix}.${name} COMMAND ${target})
    set_tests_properties(${prefix}.${name} PROPERTIES LABELS unit TIMEOUT 240)
  endforeach()
endfunction()
