// SPDX-License-Identifier: MIT
#include "isolation/file_access/archive_process.hpp"

#include "isolation/agent_image.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/socket.h>

namespace strata {

namespace {

result<std::pair<unique_fd, unique_fd>> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return errno_error("make socket pair");
  return std::pair{unique_fd{ends[0]}, unique_fd{ends[1]}};
}

result<std::shared_ptr<archive_process>> start(const file_worker::strand& where, std::vector<std::string> arguments,
                                               std::vector<passed_descriptor> descriptors, unique_fd& entries) {
  STRATA_TRY(const auto directory, libexec_directory());
  arguments.insert(arguments.begin(), directory + "/strata-archive");
  STRATA_TRY(auto talk, socket_pair());
  STRATA_TRY(auto tree, socket_pair());
  if (::fcntl(talk.first.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("set up socket pair");
  descriptors.insert(descriptors.begin(),
                     {{talk.second.get(), wire::archive_socket_fd}, {tree.second.get(), wire::entries_socket_fd}});
  STRATA_TRY(auto process, spawn_program("archive program", arguments, descriptors));
  entries = std::move(tree.first);
  auto worker = std::make_shared<file_worker>(where, opened_files{{}, std::move(talk.first)}, std::string{});
  return std::make_shared<archive_process>(std::move(worker), std::move(process));
}

const char* name_of(wire::archive_format format) {
  switch (format) {
  case wire::archive_format::tar: return "tar";
  case wire::archive_format::tar_gz: return "tar.gz";
  case wire::archive_format::zip: return "zip";
  }
  return "tar";
}

} // namespace

result<std::shared_ptr<archive_process>> archive_process::pack(const file_worker::strand& where, wire::archive_format format,
                                                               unique_fd& entries) {
  return start(where, {"pack", name_of(format)}, {}, entries);
}

result<std::shared_ptr<archive_process>> archive_process::unpack(const file_worker::strand& where, const unique_fd& spool,
                                                                 unique_fd& entries) {
  return start(where, {"unpack"}, {{spool.get(), wire::spool_fd}}, entries);
}

archive_process::~archive_process() {
  boost::asio::post(worker->where(), [worker = worker] { worker->hang_up(); });
  kill_and_reap(process_);
}

} // namespace strata
