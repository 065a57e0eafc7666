// SPDX-License-Identifier: MIT
#include "bench/http_call.hpp"
#include "bench/loopback.hpp"
#include "bench/streams/streams.hpp"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <thread>
#include <unistd.h>

namespace strata::bench {

namespace {

constexpr std::string_view target = "/api/sessions/bench/streams/files?path=/root/large";
constexpr std::size_t piece = 256 << 10;

void send_all(int to, const char* from, std::size_t length) {
  for (std::size_t sent = 0; sent < length;) {
    const auto more = ::send(to, from + sent, length - sent, MSG_NOSIGNAL);
    expect(more > 0, "send failed");
    sent += static_cast<std::size_t>(more);
  }
}

void send_zeros(int to, std::int64_t bytes) {
  static const std::string chunk(piece, 'x');
  for (auto left = bytes; left > 0; left -= static_cast<std::int64_t>(piece))
    send_all(to, chunk.data(), static_cast<std::size_t>(std::min<std::int64_t>(left, static_cast<std::int64_t>(piece))));
}

void receive(int from, std::int64_t bytes) {
  static std::string chunk(piece, ' ');
  for (auto left = bytes; left > 0;) {
    const auto got = ::recv(from, chunk.data(), chunk.size(), 0);
    expect(got > 0, "the bytes end early");
    left -= got;
  }
}

/// Up to the empty line.
std::string read_head(int from) {
  std::string head;
  for (char one = 0; !head.ends_with("\r\n\r\n") && ::recv(from, &one, 1, 0) == 1;)
    head += one;
  return head;
}

void raw_download(const std::filesystem::path& path, std::int64_t bytes) {
  loopback_pair tcp;
  std::thread sends{[&] {
    const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    for (auto left = bytes; left > 0;) {
      const auto sent = ::sendfile(tcp.writer.get(), file.get(), nullptr, static_cast<std::size_t>(left));
      if (sent <= 0)
        break;
      left -= sent;
    }
  }};
  receive(tcp.reader.get(), bytes);
  sends.join();
}

void download(http_connection& http, std::int64_t bytes) {
  http.send("GET", target, "", "");
  const auto head = read_head(http.fd());
  expect(head.find(fmt::format("Content-Length: {}\r\n", bytes)) != head.npos, "the file is not whole: " + head);
  receive(http.fd(), bytes);
}

/// As an upload does: into a new file that takes the place of the old one.
void raw_upload(const std::filesystem::path& path, std::int64_t bytes) {
  loopback_pair tcp;
  std::thread sends{[&] { send_zeros(tcp.writer.get(), bytes); }};
  const auto beside = path.string() + ".new";
  {
    const unique_fd file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    std::string chunk(64 << 10, ' ');
    for (auto left = bytes; left > 0;) {
      const auto got = ::recv(tcp.reader.get(), chunk.data(), chunk.size(), 0);
      expect(got > 0 && ::write(file.get(), chunk.data(), static_cast<std::size_t>(got)) == got, "the copy failed");
      left -= got;
    }
  }
  sends.join();
  std::filesystem::rename(beside, path);
}

void upload(http_connection& http, std::int64_t bytes) {
  const auto head = fmt::format("PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", target, bytes);
  send_all(http.fd(), head.data(), head.size());
  send_zeros(http.fd(), bytes);
  const auto answer = read_head(http.fd());
  const auto at = answer.find("Content-Length: ");
  expect(answer.starts_with("HTTP/1.1 20") && at != answer.npos, "the upload failed: " + answer);
  receive(http.fd(), std::atoll(answer.c_str() + at + 16));
}

} // namespace

void measure_files(std::uint16_t port, int rounds, std::int64_t bytes, const std::filesystem::path& directory) {
  http_connection http{port};
  series raw_in, in, raw_out, out;
  const auto path = directory / "raw";
  for (int i = -1; i < rounds; ++i) {
    const auto one = timed([&] { raw_upload(path, bytes); }), other = timed([&] { upload(http, bytes); });
    const auto back = timed([&] { raw_download(path, bytes); }), other_back = timed([&] { download(http, bytes); });
    if (i < 0)
      continue;
    raw_in.add(one);
    in.add(other);
    raw_out.add(back);
    out.add(other_back);
  }
  std::filesystem::remove(path);
  print_rates("of a file", bytes,
              {{"raw: from TCP to a file that takes the old one's place", raw_in},
               {"PUT files", in, &raw_in},
               {"raw: sendfile to TCP", raw_out},
               {"GET files", out, &raw_out}});
}

} // namespace strata::bench
