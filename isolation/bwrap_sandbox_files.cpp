// SPDX-License-Identifier: MIT
// How a sandbox gets its files done: by strata-files, as a process inside.
#include "isolation/bwrap_sandbox.hpp"

#include "isolation/environment.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace strata {

namespace {

constexpr std::size_t max_workers = 64;

struct worker_ends {
  unique_fd ours = unique_fd{};
  std::vector<unique_fd> theirs; ///< 0-2 of the program, and the program
};

result<worker_ends> make_ends(const agent_image& program) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return errno_error("make socket pair");
  worker_ends made;
  made.ours.reset(ends[0]);
  unique_fd socket{ends[1]};
  if (::fcntl(made.ours.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("set up socket pair");
  made.theirs.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  made.theirs.push_back(std::move(socket));
  made.theirs.emplace_back(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  made.theirs.emplace_back(::fcntl(program.fd(), F_DUPFD_CLOEXEC, 0));
  for (const auto& each : made.theirs)
    if (!each)
      return errno_error("open descriptors of the file worker");
  return made;
}

} // namespace

void bwrap_sandbox::begin_files() {
  file_workers::ports ports;
  ports.open = [weak = weak_from_this()](std::string user, auto opened) {
    if (const auto self = weak.lock())
      return self->open_files(std::move(user), std::move(opened));
    opened(lost_worker());
  };
  ports.end = [weak = weak_from_this()](std::string id) {
    if (const auto self = weak.lock())
      self->end_command(std::move(id));
  };
  ports.spool = [place = output_, made = std::uint64_t{0}]() mutable -> result<unique_fd> {
    if (!place)
      return error{errc::unsupported, "unpack archive: this sandbox has no disk of its own"};
    const auto name = fmt::format("unpack-{}", ++made);
    STRATA_TRY(auto file, place->make(name));
    place->remove(name);
    return file;
  };
  files_ = std::make_shared<file_workers>(strand_.get_inner_executor(), std::move(ports), file_workers::limits{});
}

void bwrap_sandbox::open_files(std::string user, callback<opened_files> opened) {
  boost::asio::post(strand_, [self = shared_from_this(), user = std::move(user), opened = std::move(opened)]() mutable {
    if (!self->files_program_)
      return opened(error{errc::unsupported, "open files: this sandbox has no program for them"});
    if (self->workers_.size() >= max_workers)
      return opened(error{errc::overloaded, "open files: too many operations on files are under way", {{"retry_after", "1"}}});
    auto ends = make_ends(*self->files_program_);
    if (!ends)
      return opened(ends.error());
    const auto id = fmt::format("files-{}", ++self->last_worker_);
    self->workers_.insert(id);
    const wire::run body{id, {"strata-files"}, command_environment({}), "", std::move(user)};
    // std::function wants to be copied.
    const auto ours = std::make_shared<unique_fd>(std::move(ends->ours));
    self->link_->request(wire::message::run, body, std::move(ends->theirs),
                         [self, id, ours, opened = std::move(opened)](const result<wire::frame>& answered) {
                           const auto pid = self->pid_of(answered);
                           if (pid)
                             return opened(opened_files{id, std::move(*ours)});
                           self->workers_.erase(id);
                           opened(pid.error());
                         });
  });
}

} // namespace strata
