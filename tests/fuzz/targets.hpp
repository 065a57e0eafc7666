// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::fuzz {

/// Feeds hostile bytes to one parser and aborts when something that must always hold does not.
struct target {
  std::string_view name;
  void (*run)(std::string_view bytes);
  std::vector<std::string> seeds;
};

void run_target_and_query(std::string_view bytes);
void run_router(std::string_view bytes);
void run_bodies(std::string_view bytes);
void run_request(std::string_view bytes);
void run_text(std::string_view bytes);

const std::vector<target>& all_targets();

/// abort() with the place, so that both libFuzzer and GoogleTest's death see it.
void require(bool holds, const char* what);

} // namespace strata::fuzz
