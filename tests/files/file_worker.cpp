// SPDX-License-Identifier: MIT
#include "tests/files/file_worker.hpp"

#include "isolation/agent_image.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/socket.h>

namespace strata::test {

worker_alone::worker_alone() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error{"no socket pair"};
  socket_.reset(ends[0]);
  const unique_fd theirs{ends[1]};
  process_ =
    spawn_program("file worker", {libexec_directory().value() + "/strata-files"}, {{theirs.get(), wire::files_socket_fd}})
      .value();
}

worker_alone::worker_alone(unique_fd socket) : socket_{std::move(socket)} {
  ::fcntl(socket_.get(), F_SETFL, 0); // blocking
}

worker_alone::~worker_alone() {
  if (process_)
    kill_and_reap(process_);
}

void worker_alone::wait() { EXPECT_EQ(wait_and_reap(process_), 0); }

void worker_alone::send(wire::files_message what, const std::string& body) {
  const wire::files_head head{what, static_cast<std::uint32_t>(body.size())};
  const auto packet = std::string{reinterpret_cast<const char*>(&head), sizeof head} + body;
  for (std::size_t sent = 0; sent < packet.size();) {
    const auto put = ::send(socket_.get(), packet.data() + sent, packet.size() - sent, MSG_NOSIGNAL);
    if (put <= 0)
      return; // it has hung up: its last word tells why
    sent += static_cast<std::size_t>(put);
  }
}

std::optional<std::string> worker_alone::receive(std::size_t length) {
  std::string bytes(length, '\0');
  for (std::size_t got = 0; got < length;) {
    const auto part = ::recv(socket_.get(), bytes.data() + got, length - got, 0);
    if (part <= 0)
      return std::nullopt;
    got += static_cast<std::size_t>(part);
  }
  return bytes;
}

worker_answer worker_alone::answer() {
  worker_answer told;
  const auto packed = receive(sizeof(wire::files_head));
  if (!packed)
    return told;
  wire::files_head head;
  std::copy(packed->begin(), packed->end(), reinterpret_cast<char*>(&head));
  const auto body = receive(head.length);
  if (!body)
    return told;
  told.what = head.what;
  bool sound = true;
  if (head.what == wire::files_message::info)
    sound = wire::decode(body->data(), body->size(), told.info);
  else if (head.what == wire::files_message::page)
    sound = wire::decode(body->data(), body->size(), told.page);
  else if (head.what == wire::files_message::edited)
    sound = wire::decode(body->data(), body->size(), told.edited);
  else if (head.what == wire::files_message::found)
    sound = wire::decode(body->data(), body->size(), told.found);
  else if (head.what == wire::files_message::failure)
    sound = wire::decode(body->data(), body->size(), told.failure);
  else
    told.data = *body;
  EXPECT_TRUE(sound);
  return told;
}

worker_answer worker_alone::read(const wire::files_read& request) {
  auto whole = call(wire::files_message::read, request);
  while (whole.is(wire::files_message::info) || whole.is(wire::files_message::data)) {
    auto next = answer();
    whole.what = next.what;
    whole.failure = next.failure;
    if (next.is(wire::files_message::data)) {
      EXPECT_LE(next.data.size(), wire::max_files_data);
      whole.data += next.data;
    }
  }
  return whole;
}

worker_answer worker_alone::write(const wire::files_write& request, const std::string& bytes) {
  ask(wire::files_message::write, request);
  for (std::size_t at = 0; at < bytes.size(); at += wire::max_files_data)
    send(wire::files_message::data, bytes.substr(at, wire::max_files_data));
  send(wire::files_message::end);
  return answer();
}

long worker_alone::peak_kib() const {
  std::ifstream status{"/proc/" + std::to_string(namespace_pids(process_).at(0)) + "/status"};
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      long kib = 0;
      status >> kib;
      return kib;
    }
  return -1;
}

scratch_directory::scratch_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "strata-files-XXXXXX").string();
  path = ::mkdtemp(name.data());
}

scratch_directory::~scratch_directory() { std::filesystem::remove_all(path); }

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

void fill(const std::string& path, const std::string& bytes) { std::ofstream{path, std::ios::binary} << bytes; }

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator{path})
    names.push_back(each.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace strata::test
