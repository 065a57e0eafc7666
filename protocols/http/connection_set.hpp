// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace strata {

class connection;

/// The connections that are open. Thread safe.
class connection_set {
public:
  enum class entry { admitted, full, closed };

  explicit connection_set(std::size_t limit) : limit_{limit} {}

  entry add(std::shared_ptr<connection> arrived);
  void remove(const connection& gone);

  /// Admits nobody any more. `emptied` is called once, when the last one is gone: on the thread of remove(), or at once.
  void close(std::function<void()> emptied);

  [[nodiscard]] std::vector<std::shared_ptr<connection>> all() const;
  [[nodiscard]] std::size_t size() const;

private:
  mutable std::mutex mutex_;
  const std::size_t limit_;
  bool closed_ = false;
  std::unordered_map<const connection*, std::shared_ptr<connection>> open_;
  std::vector<std::function<void()>> emptied_;
};

} // namespace strata
