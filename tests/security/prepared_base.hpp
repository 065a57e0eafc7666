// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace strata::test {

/// A small root file system from programs of this host, with the owner that sessions of this user's server need. Removed at the
/// end. Throws std::runtime_error when it cannot be made.
class prepared_base {
public:
  /// `subids`: for a plain user with subordinate ids, whom it must belong to.
  explicit prepared_base(bool subids);
  ~prepared_base();
  prepared_base(const prepared_base&) = delete;
  prepared_base& operator=(const prepared_base&) = delete;
  std::string path() const { return (stage_ / "base").string(); }

private:
  std::filesystem::path stage_;
  bool subids_;
};

} // namespace strata::test
