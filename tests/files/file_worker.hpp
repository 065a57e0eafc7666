// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/files.hpp"
#include "isolation/wire/search.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata::test {

/// An answer of strata-files.
struct worker_answer {
  wire::files_message what{};
  wire::file_info info;
  wire::files_page page;
  wire::files_edited edited;
  wire::files_found found;
  wire::files_failure failure;
  std::string data; ///< of a read

  bool is(wire::files_message wanted) const { return what == wanted; }
  bool failed(int number) const { return what == wire::files_message::failure && failure.number == number; }
  bool refused(wire::file_problem why) const { return what == wire::files_message::failure && failure.why == why; }
};

/// The program itself, on this host, and its blocking client. `what` 0 in an answer: it has hung up.
class worker_alone {
public:
  worker_alone();
  /// One that runs already, in a sandbox.
  explicit worker_alone(unique_fd socket);
  ~worker_alone();

  void send(wire::files_message what, const std::string& body = {});
  template <class Request> void ask(wire::files_message what, const Request& request) { send(what, wire::encode(request)); }
  worker_answer answer();
  template <class Request> worker_answer call(wire::files_message what, const Request& request) {
    ask(what, request);
    return answer();
  }
  worker_answer read(const wire::files_read& request);
  worker_answer write(const wire::files_write& request, const std::string& bytes);
  /// Lets go without a word.
  void hang_up() { socket_.reset(); }
  /// Its end, after a hang-up.
  void wait();
  /// Most memory that it had, in KiB.
  long peak_kib() const;

private:
  std::optional<std::string> receive(std::size_t length);

  unique_fd socket_{}, process_{};
};

/// A directory of the test's own.
struct scratch_directory {
  scratch_directory();
  ~scratch_directory();
  std::string operator/(const std::string& below) const { return (path / below).string(); }
  std::filesystem::path path;
};

std::string content_of(const std::string& path);
void fill(const std::string& path, const std::string& bytes);
/// Names in it, in order.
std::vector<std::string> names_in(const std::string& path);

} // namespace strata::test
