// SPDX-License-Identifier: MIT
#include "protocols/http/routes/exec_events.hpp"

#include "protocols/http/error_response.hpp"
#include "protocols/json/exec_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t piece = 64 << 10;
constexpr std::chrono::seconds silence{15};

} // namespace

exec_events::exec_events(std::shared_ptr<exchange> of, exec_started begun)
  : of_{std::move(of)}, output_{std::move(begun.output)}, timer_{of_->strand()} {
  say("started", 0,
      to_text(
        {{"id", begun.id}, {"pid", begun.pid}, {"session_uid", begun.session_uid}, {"session_created", begun.session_created}}));
}

void exec_events::next(receiver give) {
  give_ = std::move(give);
  keep_alive();
  if (!ready_.empty() || over_)
    return boost::asio::post(of_->strand(), [self = shared_from_this()] { self->give(); });
  read();
}

void exec_events::probe() {
  if (!give_ || !ready_.empty())
    return; // it is being written to, or about to be
  ready_ = ": still running\n\n";
  give();
}

void exec_events::abandon() {
  give_ = nullptr;
  timer_.cancel();
  output_->cancel();
  of_->leave();
}

void exec_events::finish(result<exec_response> answer) {
  answer_ = std::move(answer);
  // A command that is handed over goes on: what it has not yet told is for those who ask by its id.
  if (*answer_ && (*answer_)->state != process_state::ended)
    read_all_ = true;
  end_if_over();
  give();
}

void exec_events::read() {
  if (read_all_ || std::exchange(reading_, true))
    return;
  output_->read(piece, [weak = weak_from_this(), strand = of_->strand()](journal_batch batch) {
    boost::asio::post(strand, [weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock())
        self->take(std::move(batch));
    });
  });
}

void exec_events::take(journal_batch batch) {
  reading_ = false;
  if (over_)
    return;
  for (auto& record : batch.records) {
    const auto* event = record.gap > 0 ? "gap" : "output";
    for (auto& item : records_.add(std::move(record)))
      say(event, item.next, item.json);
  }
  if (batch.end)
    read_all_ = true;
  end_if_over();
  if (ready_.empty() && !over_)
    return read(); // half a character, say
  give();
}

void exec_events::end_if_over() {
  if (over_ || !read_all_ || !answer_)
    return;
  over_ = true;
  for (auto& item : records_.finish())
    say("output", item.next, item.json);
  if (!*answer_)
    return say("error", next_, error_response(answer_->error(), {{}, of_->context.request_id}).body);
  const bool ended = (*answer_)->state == process_state::ended;
  say(ended ? "end" : "running", next_, to_text(end_to_json(**answer_)));
}

void exec_events::say(std::string_view event, std::int64_t id, std::string_view data) {
  next_ = id;
  fmt::format_to(std::back_inserter(ready_), "event: {}\nid: {}\ndata: ", event, id);
  ready_.append(data).append("\n\n");
}

void exec_events::give() {
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
void exec_events::keep_alive() {
  timer_.expires_after(silence);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    auto self = weak.lock();
    if (!cancelled && self)
      self->probe();
  });
}

} // namespace strata
