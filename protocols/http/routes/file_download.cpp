// SPDX-License-Identifier: MIT
#include "protocols/http/routes/file_download.hpp"

#include <boost/asio/post.hpp>

namespace strata {

void file_download::next(receiver give) {
  give_ = std::move(give);
  fetch();
  if (over_ || !ready_.empty())
    boost::asio::post(strand_, [self = shared_from_this()] { self->give_ready(); });
}

/// Goes on behind the last byte, to its end: a source that has come there can be used again.
void file_download::fetch() {
  if (over_ || !ready_.empty() || std::exchange(fetching_, true))
    return;
  bytes_->next([weak = weak_from_this(), strand = strand_](result<std::string> piece) {
    boost::asio::post(strand, [weak, piece = std::move(piece)]() mutable {
      if (auto self = weak.lock())
        self->take(std::move(piece));
    });
  });
}

void file_download::take(result<std::string> piece) {
  fetching_ = false;
  if (over_)
    return;
  const auto bytes = piece ? static_cast<std::int64_t>(piece->size()) : 0;
  over_ = bytes == 0;
  broken_ = !piece || (left_ && (bytes > *left_ || (over_ && *left_ > 0)));
  if (broken_)
    over_ = true;
  else
    ready_ = std::move(*piece);
  if (left_)
    *left_ -= bytes;
  if (over_) {
    bytes_.reset();
    lease_.reset();
  }
  give_ready();
}

void file_download::give_ready() {
  if (!give_ || (ready_.empty() && !over_))
    return;
  const auto give = std::exchange(give_, nullptr);
  if (ready_.empty())
    return give(std::nullopt);
  auto piece = std::exchange(ready_, {});
  fetch();
  give(std::move(piece));
}

void file_download::abandon() {
  give_ = nullptr;
  over_ = true;
  bytes_.reset();
  lease_.reset();
}

} // namespace strata
