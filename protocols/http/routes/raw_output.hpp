// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/http/body_stream.hpp"
#include "protocols/http/strand.hpp"

namespace strata {

/// Output as nothing but its bytes, followed to the end of the process. Where bytes are missing it is broken: a body that
/// has a hole must not look whole.
class raw_output : public body_stream, public std::enable_shared_from_this<raw_output> {
public:
  raw_output(connection_strand strand, process_view view) : strand_{std::move(strand)}, view_{std::move(view)} {}

  void next(receiver give) override;
  void probe() override {} // there is nothing harmless to say
  void abandon() override;
  bool is_broken() const override { return broken_; }

private:
  void take(journal_batch batch);

  const connection_strand strand_;
  process_view view_;
  receiver give_;
  bool over_ = false;
  bool broken_ = false;
};

} // namespace strata
