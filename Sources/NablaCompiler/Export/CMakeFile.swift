/// A CMake file for the folder of exported functions: a library and a test for each, whichever there are.
enum CMakeFile {
  static let name = "CMakeLists.txt"

  /// How it begins, so that no other file of that name is replaced.
  static let mark = "# Written by Nabla."

  static let text = """
    \(mark)
    cmake_minimum_required(VERSION 3.16)
    project(nabla_functions C)

    set(CMAKE_C_STANDARD 11)
    set(CMAKE_C_STANDARD_REQUIRED ON)
    set(CMAKE_C_EXTENSIONS OFF)
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
      set(CMAKE_BUILD_TYPE Release)
    endif()

    option(NABLA_NATIVE "Use every instruction of this machine" ON)
    include(CheckCCompilerFlag)
    check_c_compiler_flag(-march=native NABLA_HAS_NATIVE)
    check_c_compiler_flag(-fno-math-errno NABLA_HAS_NO_ERRNO)
    find_package(OpenMP COMPONENTS C)
    find_library(NABLA_MATH m)
    enable_testing()

    # Every function NAME has NAME.c, NAME.h and NAME_main.c, and becomes the library nabla_NAME. A trained network has
    # NAME_network.c and NAME_weights.c besides.
    file(GLOB mains CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_main.c)
    foreach(main ${mains})
      get_filename_component(name ${main} NAME_WE)
      string(REGEX REPLACE "_main$" "" name ${name})
      set(sources ${name}.c ${name}.h)
      foreach(part network weights)
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}_${part}.c)
          list(APPEND sources ${name}_${part}.c)
        endif()
      endforeach()
      add_library(nabla_${name} ${sources})
      target_include_directories(nabla_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
      if(NABLA_NATIVE AND NABLA_HAS_NATIVE)
        target_compile_options(nabla_${name} PRIVATE -march=native)
      endif()
      if(NABLA_HAS_NO_ERRNO)
        target_compile_options(nabla_${name} PRIVATE -fno-math-errno)
      endif()
      if(NABLA_MATH)
        target_link_libraries(nabla_${name} PUBLIC ${NABLA_MATH})
      endif()
      if(OpenMP_C_FOUND)
        target_link_libraries(nabla_${name} PUBLIC OpenMP::OpenMP_C)
      endif()
      add_executable(${name}_main ${main})
      target_link_libraries(${name}_main PRIVATE nabla_${name})
      add_test(NAME ${name} COMMAND ${name}_main WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    endforeach()

    """
}
