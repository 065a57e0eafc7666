// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

namespace strata {

wire::plan_map to_plan(id_map_kind kind) noexcept;

/// The plan as the memfd that strata-launcher reads.
result<unique_fd> write_plan(const wire::launch_plan& plan);

} // namespace strata
