// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Between the server and strata-files, a program inside the sandbox that does one file operation after the other as one of the
/// session's users; descriptor 1 is a stream socket. A request is answered by `info`, `page`, `edited`, `done` or `failure`; a read by
/// `info`, `data`… and `end`, or by `info` and the open file (SCM_RIGHTS); a write takes `data`… and `end` before its answer. After the failure of a read or write it hangs
/// up. Archives are in archive.hpp, search in search.hpp, watching in watch.hpp. A path is relative to the user's home, where `~` is, too; what it means is the kernel's to say, within the session's root.
/// What comes from there is not trusted.
namespace strata::wire {

inline constexpr int files_socket_fd = 1;

enum class files_message : std::uint32_t {
  stat = 1,
  list,
  read,
  write,
  make_directory,
  move,
  copy,
  remove,
  set_attributes,
  make_link,
  edit,
  pack,
  unpack,
  search,
  watch,
  data = 0x100,
  end,
  entry,
  info = 0x200,
  page,
  done,
  failure,
  edited,
  unpacked,
  found,
  happened
};

struct files_head {
  files_message what{};
  std::uint32_t length = 0; ///< of the body that follows
};
inline constexpr std::uint32_t max_files_data = 64 << 10;
inline constexpr std::uint32_t max_files_body = 8 << 20; ///< a page of a thousand names of the longest paths
inline constexpr std::uint32_t max_page_entries = 1000;

enum class file_type : std::uint8_t { file, directory, symlink, fifo, socket, block_device, character_device, unknown };

struct file_info {
  std::string path; ///< as asked for; in a page relative to the directory
  file_type type = file_type::unknown;
  std::int64_t size = 0;
  std::uint32_t mode = 0; ///< permissions, 07777
  std::uint32_t uid = 0, gid = 0;
  std::int64_t mtime_ns = 0; ///< since 1970
  std::string etag;          ///< changes with the content
  std::string target;        ///< of a symbolic link
  bool created = false;      ///< this operation made it
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.path, s.type, s.size, s.mode, s.uid, s.gid, s.mtime_ns, s.etag, s.target, s.created);
  }
};

/// Why an operation was refused; `number` is an errno value or 0.
enum class file_problem : std::uint8_t {
  by_number,
  etag_differs,
  not_a_regular_file,
  user_not_found,
  into_itself, ///< a directory into one below it
  malformed,
  too_large,      ///< for an edit
  edit_not_found, ///< `number` tells which edit, from 0, as for the next
  edit_ambiguous,
  leads_out,      ///< a name or link in an archive, out of where it is unpacked
  not_unpackable, ///< a device in an archive, or what there is no place for
  bad_archive,    ///< `text` says why, as for the next
  bomb,           ///< an archive that would grow too much
  bad_pattern,
  broken_off ///< what was to come did not
};

struct files_failure {
  file_problem why = file_problem::by_number;
  std::int32_t number = 0;
  std::string text;                 ///< "read /etc/x": verb and object
  std::uint32_t count = 0;          ///< edit_ambiguous: how often the text occurs
  std::vector<std::uint32_t> lines; ///< and where, at first: at most 20
  template <class S, class F> static void fields(S&& s, F f) { f(s.why, s.number, s.text, s.count, s.lines); }
};

struct files_stat {
  std::string path;
  bool follow = true; ///< of a symbolic link: what it leads to
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.follow); }
};

/// Entries in the order of their paths, compared step by step; links are not followed.
struct files_list {
  std::string path;
  std::uint32_t depth = 1;   ///< 1: only the directory's own entries
  std::uint32_t limit = 100; ///< at most max_page_entries
  bool hidden = true;        ///< with names that begin with a dot
  std::string after;         ///< only what comes after this path
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.depth, s.limit, s.hidden, s.after); }
};

struct files_page {
  std::vector<file_info> entries;
  bool more = false;
  std::uint32_t unreadable = 0; ///< directories that could not be looked into
  template <class S, class F> static void fields(S&& s, F f) { f(s.entries, s.more, s.unreadable); }
};

/// `offset_out_of_range` (ERANGE) for one at or beyond the end, unless it is 0.
struct files_read {
  std::string path;
  std::int64_t offset = 0;  ///< negative: that many bytes before the end, at most all of them
  std::int64_t length = -1; ///< -1: to the end
  bool in_place =
    false; ///< the file itself is wanted, if it is one of isolation/disk_file.hpp and more than one piece of it is asked for
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.offset, s.length, s.in_place); }
};

/// Replaces the file at once when all of it has come; or appends, piece by piece.
struct files_write {
  std::string path;
  std::int32_t mode = -1; ///< -1: that of the file which it replaces, else 0644
  bool parents = false;   ///< missing directories are made
  bool append = false;
  bool must_be_new = false;
  std::vector<std::string> if_match; ///< etags, or "*": any file; empty: nothing is asked
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.path, s.mode, s.parents, s.append, s.must_be_new, s.if_match);
  }
};

struct files_make_directory {
  std::string path;
  std::int32_t mode = -1; ///< -1: 0755
  bool parents = false;   ///< and one that is there is no error
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.mode, s.parents); }
};

/// `to` is the new path itself, not a directory to put it into. Of move and copy.
struct files_transfer {
  std::string from, to;
  bool overwrite = false;
  template <class S, class F> static void fields(S&& s, F f) { f(s.from, s.to, s.overwrite); }
};

struct files_remove {
  std::string path;
  bool recursive = false;
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.recursive); }
};

struct files_set_attributes {
  std::string path;
  std::int32_t mode = -1; ///< -1: as it is
  std::string owner;      ///< name, uid or uid:gid; empty: as it is
  bool sets_mtime = false;
  std::int64_t mtime_ns = 0;
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.mode, s.owner, s.sets_mtime, s.mtime_ns); }
};

struct files_make_link {
  std::string path;
  std::string target; ///< any text
  bool overwrite = false;
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.target, s.overwrite); }
};

/// Replaces a text that occurs once, or everywhere.
struct files_edit_step {
  std::string old_text; ///< not empty
  std::string new_text;
  bool all = false;
  template <class S, class F> static void fields(S&& s, F f) { f(s.old_text, s.new_text, s.all); }
};

/// The steps in their order, each on what the one before has left; all of them or none.
struct files_edit {
  std::string path;
  std::vector<files_edit_step> steps;
  std::vector<std::string> if_match; ///< as in files_write
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.steps, s.if_match); }
};
inline constexpr std::int64_t max_edited_bytes = 16 << 20; ///< of the file, before and after each step

/// One replacement: the lines that it has changed.
struct file_hunk {
  std::uint32_t line = 0;     ///< of the first, from 1, after this step
  std::string removed, added; ///< whole lines, shortened to max_hunk_bytes each
  template <class S, class F> static void fields(S&& s, F f) { f(s.line, s.removed, s.added); }
};
inline constexpr std::size_t max_hunk_bytes = 2 << 10;
inline constexpr std::size_t max_hunks = 32; ///< told of; there may be more

struct files_edited {
  file_info info;
  std::uint32_t replaced = 0; ///< replacements made
  std::vector<file_hunk> hunks;
  template <class S, class F> static void fields(S&& s, F f) { f(s.info, s.replaced, s.hunks); }
};

} // namespace strata::wire
