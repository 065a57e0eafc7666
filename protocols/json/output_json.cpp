// SPDX-License-Identifier: MIT
#include "protocols/json/output_json.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/json/json_text.hpp"
#include "protocols/json/times.hpp"
#include "protocols/json/utf8.hpp"

#include <fmt/format.h>
#include <utility>

namespace strata {

namespace {

std::int64_t end_of(const journal_record& record) {
  return record.offset + record.gap + static_cast<std::int64_t>(record.bytes.size());
}

output_json::item show(const journal_record& record) {
  if (record.gap > 0)
    return {end_of(record),
            fmt::format(R"({{"offset":{},"gap":{},"why":"{}"}})", record.offset, record.gap, to_string(record.why))};
  auto line =
    fmt::format(R"({{"offset":{},"stream":"{}","time":"{}",)", record.offset, to_string(record.stream), format_time(record.time));
  if (is_utf8(record.bytes)) {
    line += "\"text\":";
    append_json_string(line, record.bytes);
  } else {
    line.append("\"b64\":\"").append(base64_encode(record.bytes)) += '"';
  }
  line += '}';
  return {end_of(record), std::move(line)};
}

} // namespace

std::vector<output_json::item> output_json::add(journal_record record) {
  std::vector<item> items;
  if (auto before = std::exchange(held_, std::nullopt)) {
    if (record.gap == 0 && record.stream == before->stream && record.offset == end_of(*before)) {
      record.offset = before->offset;
      record.time = before->time;
      record.bytes.insert(0, before->bytes);
    } else {
      items.push_back(show(*before));
    }
  }
  if (const auto cut = record.gap == 0 ? cut_at_end(record.bytes) : 0; cut > 0) {
    const auto whole = record.bytes.size() - cut;
    held_ =
      journal_record{record.offset + static_cast<std::int64_t>(whole), record.stream, record.time, record.bytes.substr(whole), 0};
    record.bytes.resize(whole);
    if (whole == 0)
      return items;
  }
  items.push_back(show(record));
  return items;
}

std::vector<output_json::item> output_json::finish() {
  std::vector<item> items;
  if (auto last = std::exchange(held_, std::nullopt))
    items.push_back(show(*last));
  return items;
}

} // namespace strata
