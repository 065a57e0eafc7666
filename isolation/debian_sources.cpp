// SPDX-License-Identifier: MIT
#include "isolation/debian_sources.hpp"

#include "isolation/harmless_copy.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <sstream>

namespace strata {

namespace {

using words = std::vector<std::string>;
constexpr std::array pockets{"", "-updates", "-security"};

words split_words(const std::string& text) {
  std::istringstream in{text};
  words all;
  for (std::string word; in >> word;)
    all.push_back(word);
  return all;
}

struct collector {
  std::string_view host_suite, suite;
  std::vector<std::string> lines{};

  void add(const words& uris, const words& suites, const words& components) {
    for (const auto& one : suites)
      for (const auto* pocket : pockets)
        if (one == std::string{host_suite} + pocket && !components.empty())
          for (const auto& uri : uris)
            add_line(fmt::format("deb {} {}{} {}", uri, suite, pocket, fmt::join(components, " ")));
  }
  void add_line(std::string line) {
    if (!looks_secret(line) && std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(std::move(line));
  }
};

// "deb [options] uri suite component…"
void take_one_line(collector& all, const std::string& line) {
  auto parts = split_words(line);
  if (parts.empty() || parts[0] != "deb")
    return;
  auto next = parts.begin() + 1;
  if (next != parts.end() && next->starts_with('[')) {
    next = std::find_if(next, parts.end(), [](const auto& word) { return word.ends_with(']'); });
    if (next != parts.end())
      ++next;
  }
  if (parts.end() - next >= 3)
    all.add({*next}, {*(next + 1)}, {next + 2, parts.end()});
}

void take_stanza(collector& all, std::map<std::string, std::string>& fields) {
  const auto types = split_words(fields["types"]);
  if (fields["enabled"].find("no") == std::string::npos && std::find(types.begin(), types.end(), "deb") != types.end())
    all.add(split_words(fields["uris"]), split_words(fields["suites"]), split_words(fields["components"]));
  fields.clear();
}

void take_stanzas(collector& all, const std::string& text) {
  std::istringstream lines{text};
  std::map<std::string, std::string> fields;
  std::string key;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#'))
      continue;
    if (split_words(line).empty()) {
      take_stanza(all, fields);
      continue;
    }
    if (line[0] != ' ' && line[0] != '\t') {
      const auto colon = line.find(':');
      key = line.substr(0, colon);
      std::transform(key.begin(), key.end(), key.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      line = colon == std::string::npos ? std::string{} : line.substr(colon + 1);
    }
    fields[key] += line + " ";
  }
  take_stanza(all, fields);
}

} // namespace

std::vector<std::string> mirror_lines(const std::vector<std::string>& sources, std::string_view host_suite,
                                      std::string_view suite) {
  collector all{host_suite, suite};
  for (const auto& text : sources) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      take_one_line(all, line);
    take_stanzas(all, text);
  }
  return all.lines;
}

std::string os_release_value(std::string_view text, std::string_view key) {
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(std::string{key} + "="))
      continue;
    auto value = line.substr(key.size() + 1);
    std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
    return value;
  }
  return {};
}

} // namespace strata
