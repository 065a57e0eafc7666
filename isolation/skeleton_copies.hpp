// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"
#include "isolation/launch.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace strata {

/// A plain user's skeleton, copied for each range of subordinate ids that a session has: without idmapped mounts a session's
/// root can only change files that belong to its own ids. Made when first asked for, new in each server. Thread safe.
class skeleton_copies {
public:
  /// `folder`: ROOT/base, with the skeleton as "root". `tools` is not owned.
  skeleton_copies(std::string folder, const launch_tools& tools) : folder_{std::move(folder)}, tools_{tools} {}

  /// The path of the skeleton that belongs to these ids. Blocks for some tens of milliseconds the first time.
  result<std::string> path_for(const id_map& ids);

  /// Deletes what was made, for a folder that is not to stay.
  void remove();

private:
  result<void> make(const id_map& ids);
  result<void> run(const unique_fd& files, const id_map& ids, std::vector<std::string> argv);
  std::string folder_of(const id_map& ids) const;

  std::string folder_;
  const launch_tools& tools_;
  std::mutex mutex_;
  std::map<std::uint32_t, id_map> made_; ///< by the first id
};

} // namespace strata
