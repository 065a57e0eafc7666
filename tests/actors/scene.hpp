// SPDX-License-Identifier: MIT
#pragma once

#include "actors/registry.hpp"
#include "tests/support/fake_launcher.hpp"

#include <condition_variable>
#include <deque>
#include <gtest/gtest.h>
#include <mutex>

namespace strata::test {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// What became of one call.
template <class Response> class outcome {
public:
  struct record {
    std::vector<result<Response>> answers;
    std::shared_ptr<call_ticket> ticket = std::make_shared<call_ticket>();
  };

  bool answered() const { return !record_->answers.empty(); }
  bool succeeded() const { return answered() && record_->answers.front().has_value(); }
  /// Only after it was answered.
  const Response& value() const { return record_->answers.front().value(); }
  /// No code: it is not answered, or well.
  std::optional<errc> code() const {
    return answered() && !succeeded() ? std::optional{record_->answers.front().error().code} : std::nullopt;
  }
  error failure() const { return record_->answers.front().error(); }
  std::string fact(std::string_view name) const {
    const auto why = failure();
    for (const auto& [name_of, value] : why.facts)
      if (name_of == name)
        return value;
    return {};
  }
  void disconnect() const { record_->ticket->disconnect(); }

  std::shared_ptr<record> record_ = std::make_shared<record>();
};

/// A registry and its sessions over fake sandboxes, without threads: events are handled one by one when the test says
/// so, and time stands still until the test moves it.
class scene {
public:
  explicit scene(runtime_options options = {});
  scene(const scene&) = delete;
  scene& operator=(const scene&) = delete;
  ~scene();

  /// Begins a call and handles what follows from it.
  template <class Operation> outcome<typename Operation::response> call(Operation request, call_context context = {}) {
    auto made = begin(std::move(request), std::move(context));
    settle();
    return made;
  }
  /// The same, but nothing is handled yet.
  template <class Operation> outcome<typename Operation::response> begin(Operation request, call_context context = {}) {
    outcome<typename Operation::response> made;
    context.call_id = ++last_call_;
    auto answers = made.record_;
    unanswered_.push_back([answers, what = Operation::name, id = last_call_]() -> std::string {
      return answers->answers.size() == 1 ? ""
                                          : std::string{what} + " no. " + std::to_string(id) + " was answered "
                                              + std::to_string(answers->answers.size()) + " times";
    });
    reply<typename Operation::response> answer{
      [answers](result<typename Operation::response> given) { answers->answers.push_back(std::move(given)); }};
    post(strata::call<Operation>{std::move(request), std::move(context), std::move(answer), answers->ticket});
    return made;
  }

  void post(registry_event event);
  /// Handles one event, the oldest of the actor that `choice` falls on: actors run beside each other, and only what goes to
  /// the same one keeps its order. Zero is the oldest of all. False: there is none.
  bool step(std::size_t choice = 0);
  /// Handles events until none is left.
  void settle();
  /// The same, once there is one: what a thread beside this one is about to tell.
  void settle_next();
  /// Moves the clock, stopping at each moment that somebody waits for.
  void advance(steady_time::duration by);
  /// The same for the first of these moments only; false: nobody waits.
  bool advance_to_next();
  steady_time now() const { return now_; }
  wall_time wall() const { return wall_; }

  /// The actor of that session ends by an exception.
  void crash(const std::string& uid);

  void expect_every_call_answered_once() const;
  /// Closes every session as the server does at its end, and checks that nothing is left.
  void expect_clean_end();

  /// Of sessions: actors that live.
  std::size_t actors() const { return sessions_.size(); }
  /// One of them; null: there is none with that number.
  const std::string* actor(std::size_t number) const {
    return number < sessions_.size() ? &std::next(sessions_.begin(), static_cast<std::ptrdiff_t>(number))->first : nullptr;
  }
  fake_sandbox& box(const std::string& session_id = "s") { return *launcher.box(session_id); }

  runtime_options options;
  fake_launcher launcher;

private:
  std::function<void(session_event)> start_session(session_setup setup);
  void put(std::string actor, std::function<void()> event);

  struct body {
    std::unique_ptr<session> it;
    bool finished = false;
  };
  steady_time now_{std::chrono::hours{1000}};
  wall_time wall_{std::chrono::hours{500'000}};
  std::uint64_t last_call_ = 0;
  std::uint64_t last_timer_ = 0;
  /// Whom it is for (the registry: empty; a session: its uid) and what happens, oldest first.
  std::deque<std::pair<std::string, std::function<void()>>> events_;
  std::mutex mutex_; ///< of the events: what takes long happens on threads of its own
  std::condition_variable arrived_;
  std::map<std::pair<steady_time, std::uint64_t>, std::function<void()>> timers_;
  std::vector<std::function<std::string()>> unanswered_;
  std::map<std::string, std::shared_ptr<body>> sessions_;
  std::unique_ptr<registry> registry_;
};

session_key key(const std::string& session_id = "s", const std::string& owner = "o");
create_session creation(const std::string& session_id = "s", const std::string& owner = "o");
exec_request command(const std::string& text, const std::string& session_id = "s", const std::string& owner = "o");
exec_request fresh(const std::string& text, const std::string& session_id = "s");
close_session closing(const std::string& session_id = "s", const std::string& owner = "o");
get_session asking(const std::string& session_id = "s", const std::string& owner = "o");
open_shell opening(const std::string& shell, const std::string& session_id = "s");
close_shell shell_closing(const std::string& shell, const std::string& session_id = "s");
list_shells shell_listing(const std::string& session_id = "s");
update_session change(const std::string& session_id = "s");
session_ref by_uid(const std::string& uid);

} // namespace strata::test
