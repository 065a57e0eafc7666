// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <functional>
#include <strata/v1/file.grpc.pb.h>
#include <string>
#include <string_view>

namespace strata::client {

using file_stub = v1::FileService::Stub;

/// The bytes of a file of a session, piece by piece. `begin` hears what it is first; both may end it with an error.
result<void> download(connection_to_server& server, const v1::ReadRequest& request,
                      const std::function<result<void>(const v1::File&)>& begin,
                      const std::function<result<void>(std::string_view)>& take);

/// Bytes to a file of a session. `next` gives at most 1 MiB at a time, nothing at the end; its error breaks the writing off.
result<v1::WriteResponse> upload(connection_to_server& server, const v1::WriteRequest::Open& open,
                                 const std::function<result<std::string>()>& next);

/// The same of a tree, as a tar (or what the request asks for), and of one to unpack.
result<void> download_archive(connection_to_server& server, const v1::ReadArchiveRequest& request,
                              const std::function<result<void>(std::string_view)>& take);
result<v1::WriteArchiveResponse> upload_archive(connection_to_server& server, const v1::WriteArchiveRequest::Open& open,
                                                const std::function<result<std::string>()>& next);

} // namespace strata::client
