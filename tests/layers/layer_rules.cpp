// SPDX-License-Identifier: MIT
#include "tests/layers/layer_rules.hpp"

#include "tests/layers/source_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>

namespace strata::test {

namespace {

/// From the bottom up. The root (main.cpp) composes all; tests and bench look at all.
constexpr std::array<std::string_view, 8> layers{"config", "isolation", "actors", "protocols", "cli", "", "bench", "tests"};
constexpr std::size_t actors_level = 2, protocols_level = 3, outside_level = 6;

std::optional<std::size_t> level_of(std::string_view path) {
  auto slash = path.find('/');
  auto folder = slash == path.npos ? std::string_view{} : path.substr(0, slash);
  auto found = std::find(layers.begin(), layers.end(), folder);
  return found == layers.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - layers.begin())};
}

class inspection {
public:
  inspection(std::string_view path, std::string_view text, const std::function<bool(std::string_view)>& exists)
    : path_{path}, text_{text}, exists_{exists}, includes_{includes_of(text)} {}

  std::vector<std::string> take() {
    check_shape();
    auto level = level_of(path_);
    if (!level) {
      add("lies in no layer");
      return std::move(found_);
    }
    for (const auto& include : includes_)
      check_include(*level, include);
    if (*level < outside_level)
      check_code(*level);
    return std::move(found_);
  }

private:
  void add(std::string what) { found_.push_back(std::string{path_} + ": " + what); }

  void check_shape() {
    auto lines = static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n'));
    if (lines > longest_file)
      add("has " + std::to_string(lines) + " lines");
    if (!text_.starts_with("// SPDX-License-Identifier: MIT\n"))
      add("does not begin with its licence");
    if (path_.ends_with(".hpp")) {
      if (text_.find("\n#pragma once\n") == text_.npos)
        add("has no #pragma once");
      return;
    }
    auto own = std::string{path_.substr(0, path_.size() - 4)} + ".hpp";
    if (exists_(own) && (includes_.empty() || includes_.front() != '"' + own + '"'))
      add("does not include its own header first");
  }

  void check_include(std::size_t level, const std::string& include) {
    auto name = std::string_view{include}.substr(1, include.size() - 2);
    if (include.front() == '"') {
      auto target = name.find('/') == name.npos ? std::nullopt : level_of(name);
      if (!target)
        add("includes " + include + ", which is not written from the root of the project");
      else if (*target > level)
        add("includes " + include + ", which points up");
    }
    if (level < protocols_level
        && (name.starts_with("nlohmann/") || name.starts_with("google/") || name.ends_with(".pb.h") || name.starts_with("grpc")
            || name.starts_with("boost/json")))
      add("includes " + include + " below protocols/");
    if (level < outside_level && name.starts_with("caf/") && path_ != "actors/caf_facade.hpp")
      add("includes " + include + ": CAF comes only through actors/caf_facade.hpp");
    if (level < outside_level && level != actors_level && name == "actors/caf_facade.hpp")
      add("includes " + include + " outside actors/");
  }

  void check_code(std::size_t level) {
    // The facade is named in headers of actors/ only; a type of CAF could still be reached through one of them.
    static const std::regex caf_type{R"((^|[^\w])caf::)"};
    // A call of the global function, or of an unqualified one whose name nothing else here has.
    static const std::regex raw_call{R"((^|[^\w>:])::(close|kill|umount2?|pidfd_send_signal|tgkill)\s*\()"
                                     R"(|(^|[^\w>:.~])(umount2?|killpg|tgkill)\s*\()"};
    auto code = code_of(text_);
    if (level != actors_level && std::regex_search(code, caf_type))
      add("names a type of CAF outside actors/");
    std::smatch call;
    if (!path_.starts_with("isolation/") && std::regex_search(code, call, raw_call))
      add("calls " + (call[2].matched ? call[2].str() : call[4].str()) + "(2) outside isolation/");
  }

  std::string_view path_;
  std::string_view text_;
  const std::function<bool(std::string_view)>& exists_;
  std::vector<std::string> includes_;
  std::vector<std::string> found_;
};

} // namespace

std::vector<std::string> violations(std::string_view path, std::string_view text,
                                    const std::function<bool(std::string_view)>& exists) {
  return inspection{path, text, exists}.take();
}

} // namespace strata::test
