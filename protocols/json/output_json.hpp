// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/journal/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Records of a journal in the text form of the API: `text` where the bytes are UTF-8, else `b64`. A sequence that is cut
/// between two records of a stream is not torn apart: its beginning goes with the next one, as long as that follows
/// immediately. One for each reader.
class output_json {
public:
  struct item {
    std::int64_t next; ///< where a reader that has it goes on
    std::string json;  ///< {"offset", "stream", "time", "text" or "b64"}, or {"offset", "gap", "why"}; one line
  };

  /// What can be shown with that record.
  std::vector<item> add(journal_record record);
  /// What is held back, when nothing more comes.
  std::vector<item> finish();
  /// Where that begins.
  std::optional<std::int64_t> held_at() const { return held_ ? std::optional{held_->offset} : std::nullopt; }

private:
  std::optional<journal_record> held_;
};

} // namespace strata
