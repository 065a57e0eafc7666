// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/access.hpp"
#include "isolation/file_access/worker.hpp"

#include <atomic>
#include <deque>
#include <map>

namespace strata {

/// The strata-files of one sandbox: started when something is asked, one for each user and operation at a time, kept a while for what
/// comes next, ended after that.
class file_workers final : public file_access, public std::enable_shared_from_this<file_workers> {
public:
  /// How programs are started and killed.
  struct ports {
    std::function<void(std::string user, std::function<void(result<opened_files>)>)> open;
    std::function<void(std::string id)> end;  ///< ids of those that have ended are ignored
    std::function<result<unique_fd>()> spool; ///< an empty file without a name, on the disk of the session
  };
  struct limits {
    std::size_t workers = 32; ///< at a time
    std::size_t waiting = 256;
    std::chrono::milliseconds queue_patience = std::chrono::seconds{30};
    std::chrono::milliseconds answer_patience = std::chrono::hours{1}; ///< for what is done without a word
    std::chrono::milliseconds data_patience = std::chrono::minutes{2}; ///< for the next piece of a file
    std::chrono::milliseconds kept = std::chrono::seconds{15};         ///< without work
    std::chrono::milliseconds end_grace = std::chrono::seconds{10};    ///< to clean up, after a hang-up
  };

  /// One that is lent to an operation; given back when it is dropped, and ended then unless it is `sound`.
  class loan {
  public:
    loan(std::shared_ptr<file_workers> of, std::uint64_t number, std::shared_ptr<file_worker> it);
    loan(const loan&) = delete;
    loan& operator=(const loan&) = delete;
    ~loan();

    const std::shared_ptr<file_workers> from;
    const std::uint64_t number;
    const std::shared_ptr<file_worker> worker;
    bool sound = false; ///< its operation is over, and it waits for the next
  };

  file_workers(boost::asio::any_io_executor executor, ports by, limits within);

  std::uint64_t ask(std::string user, wire::files_message what, std::string body, callback<file_answer> done) override;
  std::uint64_t read(std::string user, wire::files_read request, callback<opened_file> opened) override;
  std::uint64_t write(std::string user, wire::files_write request, callback<std::shared_ptr<file_sink>> opened) override;
  std::uint64_t pack(std::string user, wire::files_pack request, archive_format format, callback<opened_file> opened) override;
  std::uint64_t unpack(std::string user, wire::files_unpack request, callback<std::shared_ptr<archive_sink>> opened) override;
  std::uint64_t watch(std::string user, wire::files_watch request, callback<std::shared_ptr<file_watch>> opened) override;
  void cancel(std::uint64_t number) override;

  /// The sandbox has ended: so does everything here.
  void close();

  const file_worker::strand& where() const noexcept { return strand_; }
  /// On the strand.
  result<unique_fd> make_spool() const;
  const limits& within() const noexcept { return limits_; }

private:
  using clock = std::chrono::steady_clock;
  using on_loan = std::function<void(result<std::shared_ptr<loan>>)>;
  struct operation {
    std::uint64_t number;
    std::string user;
    on_loan begin;
    clock::time_point until{}; ///< when it has waited long enough
  };
  struct resting {
    std::shared_ptr<file_worker> worker;
    clock::time_point until;
  };

  std::uint64_t start(std::string user, on_loan begin);
  void place(operation what);
  void open(operation what);
  void lend(operation what, std::shared_ptr<file_worker> worker);
  void take_back(std::uint64_t number, const std::shared_ptr<file_worker>& worker, bool sound);
  void rest(const std::shared_ptr<file_worker>& worker);
  void end(const std::shared_ptr<file_worker>& worker);
  void go_on();
  void end_rested();
  void refuse_waiting();

  const file_worker::strand strand_;
  ports by_;
  const limits limits_;
  boost::asio::steady_timer rested_, waited_;
  std::atomic<std::uint64_t> last_number_{0};
  bool closed_ = false;
  std::size_t workers_ = 0; ///< being started, lent and resting
  std::deque<operation> waiting_;
  std::map<std::uint64_t, std::shared_ptr<file_worker>> lent_; ///< by operation; null while it is being started
  std::deque<resting> resting_;                                ///< the longest first
  std::map<std::string, boost::asio::steady_timer> ending_;    ///< hung up on: until they are killed if they live
};

/// Why an operation whose program is gone has no answer.
error lost_worker();

} // namespace strata
