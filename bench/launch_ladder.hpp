// SPDX-License-Identifier: MIT
#pragma once

#include "bench/measure.hpp"
#include "isolation/sandbox_host.hpp"

#include <array>
#include <memory>
#include <string>

namespace strata::bench {

/// Tells the parts of a launch apart by running strata-launcher with ever more to do: what a step adds to the one before is the
/// price of its part. Has a session root of its own, so that it can run beside a server. Throws std::runtime_error.
class launch_ladder {
public:
  explicit launch_ladder(const std::string& session_root);

  /// Climbs it once.
  void climb();
  /// Prints what each step takes and adds; the last row is a create over HTTP.
  void print(const series& create) const;

private:
  std::unique_ptr<sandbox_host> host_;
  std::array<series, 4> steps_; ///< maps, overlays, bwrap, agent
  int directories_ = 0;
};

} // namespace strata::bench
