# Everything comes from the distribution's packages; `./herd` names and installs them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CURL REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(EDIT REQUIRED IMPORTED_TARGET libedit)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
find_path(BOOST_INCLUDE_DIR boost/beast.hpp REQUIRED)
find_path(NANOFLANN_INCLUDE_DIR nanoflann.hpp REQUIRED)
find_path(OSMIUM_INCLUDE_DIR osmium/version.hpp REQUIRED)
find_package(BZip2 REQUIRED)
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)

# Headers only; HTTP and WebSocket. Asio uses aligned_alloc in files that happen to include a
# standard header before it, and operator new in the others: memory from one must not be freed by
# the other.
add_library(beast INTERFACE)
target_compile_definitions(beast INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_CO_AWAIT
                           BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ERROR_CODE_HEADER_ONLY)
target_include_directories(beast SYSTEM INTERFACE ${BOOST_INCLUDE_DIR})
target_link_libraries(beast INTERFACE Threads::Threads)

# Headers only; an index over points.
add_library(nanoflann INTERFACE)
target_include_directories(nanoflann SYSTEM INTERFACE ${NANOFLANN_INCLUDE_DIR})

# Headers only; reads the files of OpenStreetMap.
add_library(osmium INTERFACE)
target_include_directories(osmium SYSTEM INTERFACE ${OSMIUM_INCLUDE_DIR})
target_link_libraries(osmium INTERFACE BZip2::BZip2 EXPAT::EXPAT ZLIB::ZLIB Threads::Threads)
