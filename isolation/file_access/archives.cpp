// SPDX-License-Identifier: MIT
// Trees as archives and back: a lent strata-files walks or makes the tree, a strata-archive knows the formats, and what they say to
// each other does not come by here (wire/archive.hpp).
#include "isolation/file_access/archive_process.hpp"
#include "isolation/file_access/failure.hpp"
#include "isolation/file_access/workers.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

using wire::files_message;
using message = std::optional<file_worker::message>;

bool was_broken_off(const message& got) {
  wire::files_failure failure;
  return !got || (got->what == files_message::failure && decode(*got, failure) && failure.why == wire::file_problem::broken_off);
}

/// One conversion under way.
struct conversion {
  std::shared_ptr<file_workers::loan> tree;
  std::shared_ptr<archive_process> format;

  /// Of two who went wrong, the one who did not only hear that the other was gone.
  static error reason(const message& from_tree, const message& from_format) {
    return failure_in(was_broken_off(from_format) || (from_format->what != files_message::failure) ? from_tree : from_format);
  }
};

class archive_source final : public file_source, public std::enable_shared_from_this<archive_source> {
public:
  explicit archive_source(conversion of) : pool_{of.tree->from}, of_{std::move(of)} {}

  void next(receiver take) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), take = std::move(take)] {
      if (!self->of_)
        return take(lost_worker());
      self->of_->format->worker->receive(self->pool_->within().data_patience,
                                         [self, take](message got) { self->give(std::move(got), take); });
    });
  }

private:
  void give(message got, const receiver& take) {
    if (got && got->what == files_message::data && !got->body.empty())
      return take(std::move(got->body));
    of_->tree->worker->receive(
      pool_->within().data_patience, [self = shared_from_this(), got = std::move(got), take](const message& tree) {
        const bool done = got && got->what == files_message::end && tree && tree->what == files_message::done;
        self->of_->tree->sound = done;
        self->of_.reset();
        done ? take(std::string{}) : take(conversion::reason(tree, got));
      });
  }

  const std::shared_ptr<file_workers> pool_;
  std::optional<conversion> of_;
};

class unpacking final : public archive_sink, public std::enable_shared_from_this<unpacking> {
public:
  explicit unpacking(conversion of) : pool_{of.tree->from}, of_{std::move(of)} {}

  void write(std::string bytes, std::function<void(result<void>)> taken) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), bytes = std::move(bytes), taken = std::move(taken)]() mutable {
      if (!self->of_ || bytes.empty())
        return taken(self->of_ ? result<void>{} : self->failed_);
      self->of_->format->worker->send_data(std::move(bytes), self->pool_->within().data_patience,
                                           self->when_sent(std::move(taken)));
    });
  }
  void write_from(std::shared_ptr<byte_pipe> from, std::size_t size, std::function<void(result<void>)> taken) override {
    boost::asio::post(pool_->where(),
                      [self = shared_from_this(), from = std::move(from), size, taken = std::move(taken)]() mutable {
                        if (!self->of_)
                          return taken(self->failed_);
                        self->of_->format->worker->send_data(std::move(from), size, self->pool_->within().data_patience,
                                                             self->when_sent(std::move(taken)));
                      });
  }
  void finish(std::function<void(result<wire::files_unpacked>)> done) override {
    boost::asio::post(pool_->where(), [self = shared_from_this(), done = std::move(done)] {
      if (!self->of_)
        return done(self->failed_);
      self->of_->format->worker->send(files_message::end, {}, self->pool_->within().data_patience,
                                      [self, done](bool) { self->conclude(done); });
    });
  }

private:
  std::function<void(bool)> when_sent(std::function<void(result<void>)> taken) {
    return [self = shared_from_this(), taken = std::move(taken)](bool sent) {
      if (sent)
        return taken(result<void>{});
      self->conclude([taken](const result<wire::files_unpacked>& end) { taken(end ? lost_worker() : end.error()); });
    };
  }
  /// Both tell how it ended, also when they did not take what was sent.
  void conclude(std::function<void(result<wire::files_unpacked>)> done) {
    const auto patience = pool_->within().answer_patience;
    of_->format->worker->receive(patience, [self = shared_from_this(), patience, done = std::move(done)](message format) {
      self->of_->tree->worker->receive(patience, [self, format = std::move(format), done](const message& tree) {
        wire::files_unpacked made;
        const bool sound =
          format && format->what == files_message::end && tree && tree->what == files_message::unpacked && decode(*tree, made);
        if (!sound)
          self->failed_ = conversion::reason(tree, format);
        self->of_->tree->sound = sound;
        self->of_.reset();
        sound ? done(made) : done(self->failed_);
      });
    });
  }

  const std::shared_ptr<file_workers> pool_;
  std::optional<conversion> of_;
  error failed_ = lost_worker();
};

} // namespace

std::uint64_t file_workers::pack(std::string user, wire::files_pack request, archive_format format,
                                 callback<opened_file> opened) {
  return start(std::move(user),
               [request = std::move(request), format, opened = std::move(opened)](result<std::shared_ptr<loan>> got) {
                 if (!got)
                   return opened(got.error());
                 unique_fd entries{};
                 const auto held = *got;
                 auto program = archive_process::pack(held->from->where(), format, entries);
                 if (!program) {
                   held->sound = true; // nothing was asked of it
                   return opened(program.error());
                 }
                 const auto patience = held->from->within().data_patience;
                 held->worker->send_with(std::move(entries), files_message::pack, wire::encode(request), patience,
                                         [held, patience, program = *program, opened](bool) {
                                           held->worker->receive(patience, [held, program, opened](const message& answer) {
                                             opened_file file;
                                             if (!answer || answer->what != files_message::info || !decode(*answer, file.info))
                                               return opened(failure_in(answer));
                                             file.bytes = std::make_shared<archive_source>(conversion{held, program});
                                             opened(std::move(file));
                                           });
                                         });
               });
}

std::uint64_t file_workers::unpack(std::string user, wire::files_unpack request, callback<std::shared_ptr<archive_sink>> opened) {
  return start(std::move(user), [request = std::move(request), opened = std::move(opened)](result<std::shared_ptr<loan>> got) {
    if (!got)
      return opened(got.error());
    unique_fd entries{};
    const auto held = *got;
    const auto spool = held->from->make_spool();
    auto program = spool ? archive_process::unpack(held->from->where(), *spool, entries) : spool.error();
    if (!program) {
      held->sound = true;
      return opened(program.error());
    }
    held->worker->send_with(std::move(entries), files_message::unpack, wire::encode(request), held->from->within().data_patience,
                            [held, program = *program, opened](bool) {
                              opened(std::shared_ptr<archive_sink>{std::make_shared<unpacking>(conversion{held, program})});
                            });
  });
}

} // namespace strata
