# strata::options: warnings, hardening and sanitizers for every target that runs on the host.
# strata::static_options: the same warnings for the static programs that run inside (no sanitizer, no exceptions).
add_library(strata_warnings INTERFACE)
# Sources that are compiled in one go see each other's file-local names, which two of the warnings are about.
if(CMAKE_UNITY_BUILD)
  set(shadow -Wshadow=local -Wno-subobject-linkage)
else()
  set(shadow -Wshadow)
endif()
target_compile_options(strata_warnings INTERFACE -Wall -Wextra -Wpedantic ${shadow} -Wconversion -Wno-missing-field-initializers
  $<$<BOOL:${STRATA_WERROR}>:-Werror>)

add_library(strata_options INTERFACE)
add_library(strata::options ALIAS strata_options)
target_link_libraries(strata_options INTERFACE strata_warnings Threads::Threads)
target_include_directories(strata_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
# Boost's headers as system headers, so that their warnings are not ours.
target_compile_definitions(strata_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
# Wrong in GCC 12 when it optimises: the inactive member of boost::variant2 (in every result<T>) is taken for uninitialised, and
# short literals that are put before a std::string for overlapping (GCC bug 105651).
target_compile_options(strata_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wno-maybe-uninitialized -Wno-restrict>)
# The same programs in a fifth of the time.
find_program(MOLD mold)
if(MOLD)
  target_link_options(strata_options INTERFACE -fuse-ld=mold)
endif()
if(STRATA_SANITIZE)
  target_compile_options(strata_options INTERFACE -fsanitize=${STRATA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(strata_options INTERFACE -fsanitize=${STRATA_SANITIZE})
else()
  # Hardening as Debian's dpkg-buildflags(1) sets it ("hardening=+all").
  target_compile_options(strata_options INTERFACE -fstack-protector-strong -fPIE $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
  target_link_options(strata_options INTERFACE -pie -Wl,-z,relro -Wl,-z,now)
endif()

add_library(strata_static_options INTERFACE)
add_library(strata::static_options ALIAS strata_static_options)
target_link_libraries(strata_static_options INTERFACE strata_warnings)
target_include_directories(strata_static_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(strata_static_options INTERFACE -Os -fno-exceptions -fno-rtti -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections)
target_link_options(strata_static_options INTERFACE -static -Wl,--gc-sections -Wl,-z,norelro)
