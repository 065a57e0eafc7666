// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "isolation/file_access/access.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata {

/// What is done with files inside a session, as one of its users: `user` is a name or uid[:gid], empty: the session's. A path is what
/// it is inside: absolute, or from the user's home, which `~` is, too; 1-4095 bytes, any but NUL. Symbolic links on the way are followed
/// within the session. What changes an entry changes a link at the end of its path itself, except for reading, writing and editing.

/// Permissions, 0-07777. As text they are octal ("0755"), so that nobody takes them for decimal.
struct file_mode {
  std::int64_t bits = 0;
};

struct file_result {
  file_info info;
  bool session_created = false;
  std::string session_uid;
};

struct stat_file {
  using response = file_result;
  static constexpr auto name = "stat_file";
  static constexpr bool waits = true;

  session_ref session;
  std::string path;
  std::string user;
  bool follow = true; ///< of a symbolic link: what it leads to
};

struct file_page {
  std::vector<file_info> items; ///< paths relative to the directory
  std::string next_cursor;      ///< empty: this was the last page. Any bytes
  std::int64_t unreadable = 0;  ///< directories that could not be looked into
};

/// In the order of the paths, step by step. Links are not followed. A page tells what is there when it is made.
struct list_files {
  using response = file_page;
  static constexpr auto name = "list_files";
  static constexpr bool waits = true;

  session_ref session;
  std::string path;
  std::string user;
  std::int64_t depth = 1;   ///< 1-32; 1: only the directory's own entries
  std::int64_t limit = 100; ///< 1-1000
  bool hidden = true;       ///< with names that begin with a dot
  std::string cursor;
};

/// An open file on its way to the client. As long as it lives the session is not idle.
struct file_content {
  file_info info;
  std::int64_t offset = 0; ///< of the first byte that comes
  std::int64_t length = 0; ///< bytes that come, unless the file shrinks meanwhile
  std::shared_ptr<file_source> bytes;
  std::shared_ptr<file_in_place> file; ///< instead of `bytes`
  std::string session_uid;
  std::shared_ptr<void> lease; ///< its end is told to the session
};

struct read_file {
  using response = file_content;
  static constexpr auto name = "read_file";
  static constexpr bool waits = true;

  session_ref session;
  std::string path;
  std::string user;
  std::int64_t offset = 0;            ///< negative: before the end. At or beyond the end (but not 0): `offset_out_of_range`
  std::optional<std::int64_t> length; ///< bytes at most; absent: to the end
  bool in_place = false;              ///< the open file is wanted rather than its bytes, where it can be had
};

/// What the client's bytes go to. As long as it lives the session is not idle; dropped before finish() nothing is written.
struct file_upload {
  using made = file_info;
  std::shared_ptr<file_sink> bytes;
  bool session_created = false;
  std::string session_uid;
  std::shared_ptr<void> lease;
};

/// Replaces a file at once when all of it has come, or appends to it piece by piece.
struct write_file {
  using response = file_upload;
  static constexpr auto name = "write_file";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  std::optional<file_mode> mode; ///< absent: that of the file which it replaces, else 0644
  bool parents = false;          ///< missing directories are made
  bool append = false;
  bool must_be_new = false;          ///< `file_exists` for one that is there
  std::vector<std::string> if_match; ///< etags, or "*": any file; none: nothing is asked. `etag_mismatch`
  std::string create = "auto";       ///< auto | never: whether a missing session is made
};

struct make_directory {
  using response = file_result;
  static constexpr auto name = "make_directory";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  std::optional<file_mode> mode; ///< absent: 0755
  bool parents = false;          ///< and one that is there is no error
  std::string create = "auto";

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("path", self.path, "directory to make");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("mode", self.mode, "permissions, octal");
    field("parents", self.parents, "make missing directories above it; one that is there is no error");
    field("create", self.create, "auto or never");
  }
};

/// `to` is the new path itself, not a directory to put it into.
struct move_file {
  using response = file_result;
  static constexpr auto name = "move_file";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string from, to;
  std::string user;
  bool overwrite = false; ///< a file that is there is replaced; a directory never is

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("from", self.from, "path of what is to be moved or copied");
    field("to", self.to, "its new path");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("overwrite", self.overwrite, "replace a file that is there");
  }
};

/// With everything below it; links as links.
struct copy_file : move_file {
  static constexpr auto name = "copy_file";
};

struct removed_file {};

struct remove_file {
  using response = removed_file;
  static constexpr auto name = "remove_file";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  bool recursive = false; ///< else a directory must be empty
};

struct set_file_attributes {
  using response = file_result;
  static constexpr auto name = "set_file_attributes";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  std::optional<file_mode> mode;
  std::string owner;                    ///< name or uid[:gid]; empty: as it is
  std::optional<std::int64_t> mtime_ns; ///< since 1970

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("mode", self.mode, "permissions, octal");
    field("owner", self.owner, "account that is to own it: name or uid[:gid]");
    field("user", self.user, "account inside that does it, by name or uid[:gid]");
  }
};

struct make_symlink {
  using response = file_result;
  static constexpr auto name = "make_symlink";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string target; ///< any text; it may lead nowhere
  std::string user;
  bool overwrite = false;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("path", self.path, "link to make");
    field("target", self.target, "what it leads to");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("overwrite", self.overwrite, "replace a file that is there");
  }
};

/// One text for another. `edit_not_found`, or `edit_ambiguous` when it occurs more than once and not all were meant.
struct file_edit {
  std::string old_text; ///< not empty
  std::string new_text;
  bool all = false;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("old", self.old_text, "text to be replaced; it must occur once");
    field("new", self.new_text, "text in its place");
    field("all", self.all, "replace it wherever it occurs");
  }
};

struct edited_file {
  file_info info;
  std::int64_t replaced = 0;    ///< replacements made
  std::vector<file_hunk> hunks; ///< the first of them
};

/// The edits in their order, each on what the one before has left; all of them or none. Files up to 16 MiB.
struct edit_file {
  using response = edited_file;
  static constexpr auto name = "edit_file";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string path;
  std::string user;
  std::vector<file_edit> edits;      ///< 1-256
  std::vector<std::string> if_match; ///< as in write_file

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("path", self.path, "file to edit");
    field("edits", self.edits, "replacements, in their order");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("if_match", self.if_match, "etags of which the file must have one");
  }
};

} // namespace strata
