// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace strata::bench {

/// One kept connection over which commands run. Not thread safe. Whatever fails throws std::runtime_error.
class exec_client {
public:
  exec_client() = default;
  exec_client(const exec_client&) = delete;
  exec_client& operator=(const exec_client&) = delete;
  virtual ~exec_client() = default;

  /// Runs `echo x` in the session's command shell: a builtin, so that the protocol's part is as large as it can be.
  virtual void exec() = 0;
};

/// A protocol that can run one command and answer with its outcome.
struct exec_protocol {
  std::string name;
  /// Connects, for commands in the session bench/`session`.
  std::unique_ptr<exec_client> (*connect)(std::uint16_t port, const std::string& session);
};

/// REST first.
const std::vector<exec_protocol>& exec_protocols();

} // namespace strata::bench
