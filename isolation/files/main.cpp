// SPDX-License-Identifier: MIT
// strata-files: does file operations inside a sandbox, as one of its users. Every path means what it means there, so no link
// leads out, and it needs nothing of the session: neither a shell nor a /bin. See isolation/wire/files.hpp.
#include "isolation/files/channel.hpp"
#include "isolation/files/copy.hpp"
#include "isolation/files/edit.hpp"
#include "isolation/files/entries.hpp"
#include "isolation/files/info.hpp"
#include "isolation/files/list.hpp"
#include "isolation/files/pack.hpp"
#include "isolation/files/read.hpp"
#include "isolation/files/search.hpp"
#include "isolation/files/unpack.hpp"
#include "isolation/files/watch.hpp"
#include "isolation/files/write.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

namespace strata::files {
namespace {

using wire::files_message;

/// Decodes the request, does it and answers. False: hang up.
template <class Request, class Act> bool serve(channel& server, const std::string& body, Act act) {
  Request asked;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  wire::file_info info;
  if (auto problem = act(asked, info))
    return server.tell(files_message::failure, *problem);
  return server.tell(files_message::info, info);
}

bool serve_list(channel& server, const std::string& body) {
  wire::files_list asked;
  wire::files_page page;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  if (auto problem = list(asked, page))
    return server.tell(files_message::failure, *problem);
  return server.tell(files_message::page, page);
}

bool serve_edit(channel& server, const std::string& body) {
  wire::files_edit asked;
  wire::files_edited made;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  if (auto problem = edit(asked, made))
    return server.tell(files_message::failure, *problem);
  return server.tell(files_message::edited, made);
}

bool serve_remove(channel& server, const std::string& body) {
  wire::files_remove asked;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  if (auto problem = remove(asked))
    return server.tell(files_message::failure, *problem);
  return server.send(files_message::done, {});
}

bool serve_read(channel& server, const std::string& body) {
  wire::files_read asked;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  const auto problem = read(asked, server);
  if (problem)
    server.tell(files_message::failure, *problem);
  return !problem;
}

bool serve_write(channel& server, const std::string& body) {
  wire::files_write asked;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  wire::file_info info;
  bool broken_off = false;
  const auto problem = write(asked, server, info, broken_off);
  if (problem)
    server.tell(files_message::failure, *problem);
  return !problem && !broken_off && server.tell(files_message::info, info);
}

bool serve_search(channel& server, const std::string& body) {
  wire::files_search asked;
  wire::files_found found;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  if (auto problem = search(asked, found))
    return server.tell(files_message::failure, *problem);
  return server.tell(files_message::found, found);
}

bool serve_pack(channel& server, const std::string& body) {
  wire::files_pack asked;
  const auto socket = server.take_descriptor();
  if (!wire::decode(body.data(), body.size(), asked) || !socket)
    return false;
  if (auto problem = pack(asked, server, channel{socket.get()}))
    return server.tell(files_message::failure, *problem);
  return server.send(files_message::done, {});
}

bool serve_unpack(channel& server, const std::string& body) {
  wire::files_unpack asked;
  wire::files_unpacked made;
  const auto socket = server.take_descriptor();
  if (!wire::decode(body.data(), body.size(), asked) || !socket)
    return false;
  channel entries{socket.get()};
  if (auto problem = unpack(asked, entries, made))
    return server.tell(files_message::failure, *problem);
  return server.tell(files_message::unpacked, made);
}

/// It is good for nothing else afterwards.
bool serve_watch(channel& server, const std::string& body) {
  wire::files_watch asked;
  if (!wire::decode(body.data(), body.size(), asked))
    return false;
  if (auto problem = watch(asked, server))
    server.tell(files_message::failure, *problem);
  return false;
}

bool serve_one(channel& server) {
  files_message what{};
  std::string body;
  if (!server.receive(what, body))
    return false;
  switch (what) {
  case files_message::stat: return serve<wire::files_stat>(server, body, stat);
  case files_message::list: return serve_list(server, body);
  case files_message::read: return serve_read(server, body);
  case files_message::write: return serve_write(server, body);
  case files_message::make_directory: return serve<wire::files_make_directory>(server, body, make_directory);
  case files_message::move: return serve<wire::files_transfer>(server, body, move);
  case files_message::copy: return serve<wire::files_transfer>(server, body, copy);
  case files_message::remove: return serve_remove(server, body);
  case files_message::set_attributes: return serve<wire::files_set_attributes>(server, body, set_attributes);
  case files_message::make_link: return serve<wire::files_make_link>(server, body, make_link);
  case files_message::edit: return serve_edit(server, body);
  case files_message::search: return serve_search(server, body);
  case files_message::pack: return serve_pack(server, body);
  case files_message::unpack: return serve_unpack(server, body);
  case files_message::watch: return serve_watch(server, body);
  default: return false;
  }
}

} // namespace
} // namespace strata::files

int main() {
  ::prctl(PR_SET_NAME, "strata-files"); // a program by descriptor is named by its number else
  ::umask(022);
  strata::files::channel server{strata::wire::files_socket_fd};
  while (strata::files::serve_one(server)) {
  }
  return 0;
}
