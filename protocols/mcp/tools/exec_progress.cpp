// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/exec_progress.hpp"

#include "protocols/json/utf8.hpp"
#include "protocols/mcp/text_budget.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::size_t piece = 64 << 10;
constexpr std::size_t most_news = 2'000;
constexpr std::chrono::milliseconds interval{250};

} // namespace

std::shared_ptr<exec_progress> exec_progress::of(tool_call& call, exec_request& operation) {
  auto token = call.progress_token();
  if (token.is_null())
    return nullptr;
  std::shared_ptr<exec_progress> made{new exec_progress{call, std::move(token)}};
  operation.on_started = [made](exec_started begun) {
    boost::asio::post(made->strand_, [made, output = std::move(begun.output)]() mutable {
      if (made->stopped_)
        return;
      made->output_ = std::move(output);
      made->tell();
      made->read();
    });
  };
  return made;
}

exec_progress::exec_progress(tool_call& call, json token)
  : call_{call.weak_from_this()}, token_(std::move(token)), strand_{call.reply().http().strand()}, timer_{strand_} {}

void exec_progress::stop() {
  stopped_ = true;
  timer_.cancel();
  if (output_)
    output_->cancel();
  output_.reset();
}

void exec_progress::read() {
  output_->read(piece, [weak = weak_from_this(), strand = strand_](journal_batch batch) {
    boost::asio::post(strand, [weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock(); self && !self->stopped_)
        self->take(std::move(batch));
    });
  });
}

void exec_progress::take(journal_batch batch) {
  for (const auto& record : batch.records)
    news_ += record.bytes;
  if (news_.size() > most_news)
    news_.erase(0, news_.size() - most_news);
  seen_ = batch.next;
  tell_later();
  if (!batch.end)
    read();
}

void exec_progress::tell_later() {
  if (std::exchange(waiting_, true))
    return;
  timer_.expires_after(interval);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    auto self = weak.lock();
    if (cancelled || !self || self->stopped_)
      return;
    self->waiting_ = false;
    self->tell();
  });
}

/// `progress` is the number of bytes so far; it grows with every word.
void exec_progress::tell() {
  const auto call = call_.lock();
  if (!call || seen_ <= told_)
    return;
  if (!call->reply().is_clear())
    return tell_later();
  auto text = news_;
  text.erase(0, cut_at_start(text));
  text.resize(text.size() - cut_at_end(text));
  call->reply().notify("notifications/progress",
                       {{"progressToken", token_}, {"progress", seen_}, {"message", plain_text(replace_bad_utf8(text))}});
  told_ = seen_;
  news_.clear();
}

} // namespace strata
