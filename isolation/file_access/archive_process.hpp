// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/worker.hpp"
#include "isolation/wire/archive.hpp"

namespace strata {

/// A strata-archive that runs beside the server: it is spoken to like a file_worker. Killed when this is dropped.
class archive_process {
public:
  /// `entries` becomes the end of its socket that is for strata-files.
  static result<std::shared_ptr<archive_process>> pack(const file_worker::strand& where, wire::archive_format format,
                                                       unique_fd& entries);
  static result<std::shared_ptr<archive_process>> unpack(const file_worker::strand& where, const unique_fd& spool,
                                                         unique_fd& entries);

  archive_process(std::shared_ptr<file_worker> talk, unique_fd process) : worker{std::move(talk)}, process_{std::move(process)} {}
  archive_process(const archive_process&) = delete;
  archive_process& operator=(const archive_process&) = delete;
  ~archive_process();

  const std::shared_ptr<file_worker> worker;

private:
  const unique_fd process_;
};

} // namespace strata
