// SPDX-License-Identifier: MIT
#include "isolation/host_trees.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <sstream>

namespace strata {

namespace fs = std::filesystem;

namespace {

// /bin and its like only where they are directories of their own. var/lib/dpkg and its like: what is installed in /usr.
constexpr std::array trees{"usr",   "opt",    "bin",          "sbin",        "lib",        "lib32",
                           "lib64", "libx32", "var/lib/dpkg", "var/lib/apt", "var/lib/rpm"};

bool is_filled_directory(const fs::path& path) {
  std::error_code failure;
  if (fs::symlink_status(path, failure).type() != fs::file_type::directory)
    return false;
  const fs::directory_iterator first{path, failure};
  return !failure && first != fs::directory_iterator{};
}

// mountinfo writes blanks and backslashes as \ and three octal digits.
std::string unescaped(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    unsigned byte = 0;
    if (word[i] == '\\' && i + 3 < word.size()
        && std::from_chars(word.data() + i + 1, word.data() + i + 4, byte, 8).ptr == word.data() + i + 4) {
      out += static_cast<char>(byte);
      i += 3;
    } else {
      out += word[i];
    }
  }
  return out;
}

} // namespace

std::vector<base_layer> host_trees(bool writable) {
  std::vector<base_layer> layers;
  for (const auto* tree : trees)
    if (const auto path = fs::path{"/"} / tree; is_filled_directory(path))
      layers.push_back({path.native(), tree, writable ? layer_mode::overlay : layer_mode::read_only});
  return layers;
}

std::vector<std::string> hidden_directories() {
  std::vector<std::string> hidden;
  for (const auto* name : {"usr/local/etc"}) // configuration of the host's own services
    if (is_filled_directory(fs::path{"/"} / name))
      hidden.emplace_back(name);
  return hidden;
}

std::vector<std::string> mounts_below(std::string_view mountinfo, std::string_view tree) {
  std::vector<std::string> found;
  std::istringstream lines{std::string{mountinfo}};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string id, parent, device, root, where;
    if (words >> id >> parent >> device >> root >> where; !words)
      continue;
    where = unescaped(where);
    if (where != tree && is_within(where, tree))
      found.push_back(where);
  }
  return found;
}

bool is_within(std::string_view path, std::string_view tree) {
  while (tree.ends_with('/'))
    tree.remove_suffix(1);
  return path.starts_with(tree) && (path.size() == tree.size() || path[tree.size()] == '/');
}

} // namespace strata
