// SPDX-License-Identifier: MIT
#include "protocols/http/routes/output_events.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t piece = 64 << 10;
constexpr std::chrono::seconds silence{15};

} // namespace

output_events::output_events(std::shared_ptr<exchange> of, std::shared_ptr<journal_reader> output, const ordered_json& started,
                             std::shared_ptr<void> lease)
  : of_{std::move(of)}, output_{std::move(output)}, lease_{std::move(lease)}, timer_{of_->strand()} {
  say("started", output_->offset(), to_text(started));
}

void output_events::next(receiver give) {
  give_ = std::move(give);
  keep_alive();
  if (!ready_.empty() || over_)
    return boost::asio::post(of_->strand(), [self = shared_from_this()] { self->give(); });
  read();
}

void output_events::probe() {
  if (!give_ || !ready_.empty())
    return; // it is being written to, or about to be
  ready_ = ": still running\n\n";
  give();
}

void output_events::abandon() {
  give_ = nullptr;
  timer_.cancel();
  output_->cancel();
  lease_.reset();
  of_->leave();
}

void output_events::finish(ending last) {
  read_all_ = read_all_ || last.at_once;
  last_ = std::move(last);
  end_if_over();
  give();
}

void output_events::read() {
  if (read_all_ || std::exchange(reading_, true))
    return;
  output_->read(piece, [weak = weak_from_this(), strand = of_->strand()](journal_batch batch) {
    boost::asio::post(strand, [weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock())
        self->take(std::move(batch));
    });
  });
}

void output_events::take(journal_batch batch) {
  reading_ = false;
  if (over_)
    return;
  for (auto& record : batch.records) {
    const auto* event = record.gap > 0 ? "gap" : "output";
    for (auto& item : records_.add(std::move(record)))
      say(event, item.next, item.json);
  }
  if (batch.end) {
    read_all_ = true;
    if (tell_end_)
      last_ = ending{"end", tell_end_(*batch.end)};
  }
  end_if_over();
  if (ready_.empty() && !over_)
    return read(); // half a character, say
  give();
}

void output_events::end_if_over() {
  if (over_ || !read_all_ || !last_)
    return;
  over_ = true;
  for (auto& item : records_.finish())
    say("output", item.next, item.json);
  say(last_->event, next_, last_->data);
  lease_.reset();
}

void output_events::say(std::string_view event, std::int64_t id, std::string_view data) {
  next_ = id;
  fmt::format_to(std::back_inserter(ready_), "event: {}\nid: {}\ndata: ", event, id);
  ready_.append(data).append("\n\n");
}

void output_events::give() {
  if (!give_ || (ready_.empty() && !over_))
    return;
  timer_.cancel();
  auto give = std::exchange(give_, nullptr);
  if (ready_.empty())
    return give(std::nullopt);
  give(std::exchange(ready_, {}));
  read(); // is fetched while this is written
}

/// So that the client's side knows that we live, and we hear when it does not.
void output_events::keep_alive() {
  timer_.expires_after(silence);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    auto self = weak.lock();
    if (!cancelled && self)
      self->probe();
  });
}

} // namespace strata
