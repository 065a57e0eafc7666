// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/files.hpp"

namespace strata {

/// A tree on its way to the client. As long as it lives the session is not idle.
struct archive_content {
  std::shared_ptr<file_source> bytes;
  std::string session_uid;
  std::shared_ptr<void> lease; ///< its end is told to the session
};

/// A file or directory as an archive; of a directory what is in it, named from there. Links are links; hard links are files each;
/// sockets, FIFOs and devices are left out. What cannot be read is an error: of the call at its beginning, else the archive is broken off.
struct read_archive {
  using response = archive_content;
  static constexpr auto name = "read_archive";
  static constexpr bool waits = true;

  session_ref session;
  std::string path;
  std::string user;
  archive_format format = archive_format::tar;
};

/// What an archive has become.
using unpacked_archive = wire::files_unpacked;

/// What the client's bytes go to. As long as it lives the session is not idle.
struct archive_upload {
  using made = unpacked_archive;
  std::shared_ptr<archive_sink> bytes;
  bool session_created = false;
  std::string session_uid;
  std::shared_ptr<void> lease;
};

/// Unpacks a tar, tar.gz or zip into a directory, which is made where it is missing, entry by entry: when it breaks off or is refused,
/// what came before is there. Refused (`invalid_argument`): absolute names, "..", symbolic links that lead out of the directory unless
/// `any_links`, hard links to what is not below it, devices; `too_large`: more than a million entries, or more than 1 GiB that was less
/// than a two hundredth of it. Nothing is put where a link leads out. Everything belongs to the user; modes are kept but for setuid,
/// setgid and sticky bits. A zip, which tells at its end what is in it, is kept on the session's disk until then, up to 4 GiB.
struct write_archive {
  using response = archive_upload;
  static constexpr auto name = "write_archive";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  bool any_links = false;
  std::string create = "auto"; ///< auto | never: whether a missing session is made
};

} // namespace strata
