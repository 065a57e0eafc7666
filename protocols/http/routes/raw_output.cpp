// SPDX-License-Identifier: MIT
#include "protocols/http/routes/raw_output.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::size_t piece = 256 << 10;

} // namespace

void raw_output::next(receiver give) {
  give_ = std::move(give);
  if (over_)
    return boost::asio::post(strand_, [self = shared_from_this()] {
      if (auto last = std::exchange(self->give_, nullptr))
        last(std::nullopt);
    });
  view_.output->read(piece, [weak = weak_from_this(), strand = strand_](journal_batch batch) {
    boost::asio::post(strand, [weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock())
        self->take(std::move(batch));
    });
  });
}

void raw_output::take(journal_batch batch) {
  if (!give_)
    return;
  std::string bytes;
  for (auto& record : batch.records) {
    broken_ = broken_ || record.gap > 0;
    if (!broken_)
      bytes.empty() ? bytes = std::move(record.bytes) : bytes += record.bytes;
  }
  over_ = broken_ || batch.end;
  if (over_)
    view_.lease.reset();
  auto give = std::exchange(give_, nullptr);
  if (bytes.empty() && !over_)
    return next(std::move(give));
  bytes.empty() ? give(std::nullopt) : give(std::move(bytes));
}

void raw_output::abandon() {
  give_ = nullptr;
  view_.output->cancel();
  view_.lease.reset();
}

} // namespace strata
