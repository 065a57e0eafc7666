// SPDX-License-Identifier: MIT
#include "protocols/http/etag.hpp"

namespace strata {

std::vector<std::string> parse_etags(std::string_view header, bool weakly) {
  std::vector<std::string> etags;
  while (!header.empty()) {
    const auto begin = header.find_first_not_of(" \t,");
    if (begin == header.npos)
      break;
    header.remove_prefix(begin);
    const bool weak = header.starts_with("W/\"");
    if (!weak && header.front() != '"') { // "*", or something that is no etag and equal to none
      const auto end = header.find_first_of(", \t");
      etags.emplace_back(header.substr(0, end));
      header.remove_prefix(end == header.npos ? header.size() : end);
      continue;
    }
    const std::size_t open = weak ? 3 : 1;
    const auto close = header.find('"', open);
    const auto text = header.substr(open, close == header.npos ? close : close - open);
    etags.push_back(weak && !weakly ? "W/" + quoted_etag(text) : std::string{text});
    header.remove_prefix(close == header.npos ? header.size() : close + 1);
  }
  return etags;
}

} // namespace strata
