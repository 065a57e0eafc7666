// SPDX-License-Identifier: MIT
// What a lent strata-files is used for: one answer, a source of bytes, a sink.
#include "isolation/file_access/failure.hpp"
#include "isolation/file_access/lent_file.hpp"
#include "isolation/file_access/workers.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

using wire::files_message;
using message = std::optional<file_worker::message>;
using borrowed = std::shared_ptr<file_workers::loan>;

result<file_answer> answer_in(const message& got) {
  file_answer answer;
  bool sound = got.has_value();
  if (sound && got->what == files_message::info)
    sound = decode(*got, answer.info);
  else if (sound && got->what == files_message::page)
    sound = decode(*got, answer.page);
  else if (sound && got->what == files_message::edited)
    sound = decode(*got, answer.edited);
  else if (sound && got->what == files_message::found)
    sound = decode(*got, answer.found);
  else
    sound = sound && got->what == files_message::done;
  return sound ? result<file_answer>{std::move(answer)} : failure_in(got);
}

/// After an answer it waits for the next request, unless it hung up.
bool is_sound(const message& got) { return got && (got->what == files_message::failure || answer_in(got)); }

class source final : public file_source, public std::enable_shared_from_this<source> {
public:
  explicit source(borrowed from) : loan_{std::move(from)}, pool_{loan_->from} {}

  void next(receiver take) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), take = std::move(take)] {
      if (!self->loan_)
        return take(lost_worker());
      self->loan_->worker->receive(self->pool_->within().data_patience,
                                   [self, take](message got) { self->give(std::move(got), take); });
    });
  }

private:
  void give(message got, const receiver& take) {
    if (got && got->what == files_message::data && !got->body.empty())
      return take(std::move(got->body));
    const bool ended = got && got->what == files_message::end;
    loan_->sound = ended;
    loan_.reset();
    ended ? take(std::string{}) : take(failure_in(got));
  }

  borrowed loan_;
  const std::shared_ptr<file_workers> pool_;
};

class sink final : public file_sink, public std::enable_shared_from_this<sink> {
public:
  explicit sink(borrowed to) : loan_{std::move(to)}, pool_{loan_->from} {}

  void write(std::string bytes, std::function<void(result<void>)> taken) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), bytes = std::move(bytes), taken = std::move(taken)]() mutable {
      self->send(std::move(bytes), std::move(taken));
    });
  }
  void write_from(std::shared_ptr<byte_pipe> from, std::size_t size, std::function<void(result<void>)> taken) override {
    boost::asio::post(pool_->where(),
                      [self = shared_from_this(), from = std::move(from), size, taken = std::move(taken)]() mutable {
                        if (!self->loan_)
                          return taken(self->failed_.value_or(lost_worker()));
                        self->loan_->worker->send_data(std::move(from), size, self->pool_->within().data_patience,
                                                       self->when_sent(std::move(taken)));
                      });
  }
  void finish(std::function<void(result<file_info>)> done) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), done = std::move(done)] {
      if (!self->loan_)
        return done(self->failed_.value_or(lost_worker()));
      self->loan_->worker->send(files_message::end, {}, self->pool_->within().data_patience,
                                [self, done](bool) { self->conclude(done); });
    });
  }

private:
  void send(std::string bytes, std::function<void(result<void>)> taken) {
    if (!loan_)
      return taken(failed_.value_or(lost_worker()));
    if (bytes.empty())
      return taken(result<void>{});
    loan_->worker->send_data(std::move(bytes), pool_->within().data_patience, when_sent(std::move(taken)));
  }
  std::function<void(bool)> when_sent(std::function<void(result<void>)> taken) {
    return [self = shared_from_this(), taken = std::move(taken)](bool sent) {
      if (sent)
        return taken(result<void>{});
      self->conclude([taken](result<file_info> end) { taken(end ? lost_worker() : std::move(end.error())); });
    };
  }
  /// Its last word, also when it did not take what was sent: then it tells why.
  void conclude(std::function<void(result<file_info>)> done) {
    loan_->worker->receive(pool_->within().data_patience, [self = shared_from_this(), done = std::move(done)](message got) {
      auto answer = answer_in(got);
      self->loan_->sound = answer.has_value(); // after a failure it hangs up
      self->loan_.reset();
      if (answer)
        return done(std::move(answer->info));
      self->failed_ = answer.error();
      done(answer.error());
    });
  }

  borrowed loan_;
  const std::shared_ptr<file_workers> pool_;
  std::optional<error> failed_;
};

} // namespace

std::uint64_t file_workers::ask(std::string user, files_message what, std::string body, callback<file_answer> done) {
  if (body.size() > wire::max_files_body) {
    boost::asio::post(strand_, [done = std::move(done)] {
      done(error{errc::too_large, "do file operation: the request is too large"});
    });
    return 0;
  }
  return start(std::move(user), [what, body = std::move(body), done = std::move(done)](result<borrowed> got) mutable {
    if (!got)
      return done(got.error());
    auto held = std::move(*got);
    held->worker->send(what, std::move(body), held->from->limits_.data_patience, [held, done = std::move(done)](bool) mutable {
      held->worker->receive(held->from->limits_.answer_patience, [held, done = std::move(done)](message answer) mutable {
        held->sound = is_sound(answer);
        held.reset(); // it is free for what the caller asks next
        done(answer_in(answer));
      });
    });
  });
}

std::uint64_t file_workers::read(std::string user, wire::files_read request, callback<opened_file> opened) {
  return start(std::move(user), [body = wire::encode(request), opened = std::move(opened)](result<borrowed> got) mutable {
    if (!got)
      return opened(got.error());
    const auto held = std::move(*got);
    const auto patience = held->from->limits_.data_patience;
    held->worker->send(files_message::read, std::move(body), patience,
                       [held, patience, opened = std::move(opened)](bool) mutable {
                         held->worker->receive_with(patience, [held, opened = std::move(opened)](message answer, unique_fd file) {
                           auto info = answer_in(answer);
                           if (!info)
                             return opened(info.error());
                           if (!file)
                             return opened(opened_file{std::move(info->info), std::make_shared<source>(held), {}});
                           const auto lent = lend_file(held, std::move(file));
                           lent ? opened(opened_file{std::move(info->info), {}, lent}) : opened(lost_worker());
                         });
                       });
  });
}

std::uint64_t file_workers::write(std::string user, wire::files_write request, callback<std::shared_ptr<file_sink>> opened) {
  return start(std::move(user), [body = wire::encode(request), opened = std::move(opened)](result<borrowed> got) mutable {
    if (!got)
      return opened(got.error());
    const auto held = std::move(*got);
    held->worker->send(
      files_message::write, std::move(body), held->from->limits_.data_patience,
      [held, opened = std::move(opened)](bool) { opened(std::shared_ptr<file_sink>{std::make_shared<sink>(held)}); });
  });
}

} // namespace strata
