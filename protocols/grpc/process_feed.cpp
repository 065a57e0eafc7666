// SPDX-License-Identifier: MIT
#include "protocols/grpc/process_feed.hpp"

#include "protocols/grpc/exec_messages.hpp"

namespace strata {

namespace {

constexpr std::size_t piece = 64 << 10;

/// An answer that nobody gave is one as well.
struct answer_watch {
  explicit answer_watch(std::function<void(result<exec_response>)> to) : give{std::move(to)} {}
  answer_watch(const answer_watch&) = delete;
  answer_watch& operator=(const answer_watch&) = delete;
  ~answer_watch() {
    if (give)
      give(error{errc::internal, "the call was not answered"});
  }
  std::function<void(result<exec_response>)> give;
};

} // namespace

void process_feed::begin(const server_facts& facts, exec_request operation, call_context context,
                         std::function<void(const exec_started&)> begun) {
  facts_ = &facts;
  begun_ = std::move(begun);
  operation.on_started = [weak = weak_from_this(), strand = strand_](exec_started started) {
    strand.post([weak, started = std::move(started)]() mutable {
      if (auto self = weak.lock())
        self->start(std::move(started));
    });
  };
  auto watch = std::make_shared<answer_watch>([weak = weak_from_this(), strand = strand_](result<exec_response> answer) {
    strand.post([weak, answer = std::move(answer)]() mutable {
      auto self = weak.lock();
      if (!self || self->to_ == nullptr)
        return;
      self->answer_ = std::move(answer);
      self->end_if_over();
    });
  });
  call_id_ = facts.call(std::move(operation), std::move(context), [watch = std::move(watch)](auto answer) {
    if (auto give = std::exchange(watch->give, nullptr))
      give(std::move(answer));
  });
}

void process_feed::start(exec_started begun) {
  if (to_ == nullptr)
    return;
  output_ = begun.output;
  to_->take(event_of(begun));
  if (begun_)
    begun_(begun);
  want_more();
}

void process_feed::want_more() {
  if (to_ == nullptr || !output_ || read_all_ || std::exchange(reading_, true))
    return end_if_over();
  output_->read(piece, [weak = weak_from_this(), strand = strand_](journal_batch batch) {
    strand.post([weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock())
        self->read_on(std::move(batch));
    });
  });
}

void process_feed::read_on(journal_batch batch) {
  reading_ = false;
  if (to_ == nullptr)
    return;
  for (auto& record : batch.records)
    to_->take(event_of(std::move(record)));
  read_all_ = read_all_ || batch.end.has_value();
  end_if_over();
  if (batch.records.empty() && !read_all_)
    want_more();
}

/// A command that is handed over goes on: what it has not yet told is for those who ask by its id.
void process_feed::end_if_over() {
  if (to_ == nullptr || !answer_)
    return;
  const bool handed_over = *answer_ && (*answer_)->state != process_state::ended;
  if (output_ && !read_all_ && !handed_over)
    return;
  auto* const to = std::exchange(to_, nullptr);
  if (output_)
    output_->cancel();
  output_.reset();
  if (!*answer_)
    return to->finish(to_status(answer_->error()));
  to->take(event_of(**answer_));
  to->finish(grpc::Status::OK);
}

void process_feed::leave() {
  to_ = nullptr;
  if (output_)
    output_->cancel();
  output_.reset(); // a reader that is there no more holds no program
  if (facts_ != nullptr)
    facts_->door.disconnect(call_id_);
}

} // namespace strata
