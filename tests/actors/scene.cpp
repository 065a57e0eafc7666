// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

#include <algorithm>

namespace strata::test {

scene::scene(runtime_options given) : options{std::move(given)} {
  registry_ports ports;
  ports.start_session = [this](session_setup setup) { return start_session(std::move(setup)); };
  ports.self = [this](registry_event event) { post(std::move(event)); };
  ports.clock = {[this] { return now_; }, [this] { return wall_; }};
  registry_ = std::make_unique<registry>(options, std::move(ports));
}

scene::~scene() {
  sessions_.clear();
  registry_.reset();
  while (!events_.empty()) { // one by one: what is dropped may post
    auto dropped = std::move(events_.front());
    events_.pop_front();
  }
}

void scene::post(registry_event event) {
  put("", [this, event = std::make_shared<registry_event>(std::move(event))] { registry_->handle(std::move(*event)); });
}

std::function<void(session_event)> scene::start_session(session_setup setup) {
  const auto uid = setup.info.uid;
  auto it = std::make_shared<body>();
  // Like an actor's: what comes after its end is dropped.
  auto deliver = [this, uid, at = std::weak_ptr{it}](std::shared_ptr<session_event> event) {
    put(uid, [at, event] {
      if (auto there = at.lock(); there && there->it && !there->finished)
        there->it->handle(std::move(*event));
    });
  };
  session_ports ports;
  ports.self = std::make_shared<mailbox<session_event>>(deliver);
  ports.registry = [this](registry_event event) { post(std::move(event)); };
  ports.clock = {[this] { return now_; }, [this] { return wall_; }};
  ports.wake_at = [this, deliver](steady_time at, std::uint64_t epoch) {
    timers_[{at, ++last_timer_}] = [deliver, epoch] { deliver(std::make_shared<session_event>(session_tick{epoch})); };
  };
  ports.finished = [this, uid, at = it.get()] {
    at->finished = true;
    std::lock_guard guard{mutex_};
    events_.emplace_front(uid, [this, uid] { sessions_.erase(uid); });
  };
  it->it = std::make_unique<session>(std::move(setup), options, std::move(ports));
  it->it->start(launcher); // may throw
  sessions_[uid] = it;
  return [deliver](session_event event) { deliver(std::make_shared<session_event>(std::move(event))); };
}

void scene::put(std::string actor, std::function<void()> event) {
  std::lock_guard guard{mutex_};
  events_.emplace_back(std::move(actor), std::move(event));
  arrived_.notify_all();
}

bool scene::step(std::size_t choice) {
  std::unique_lock guard{mutex_};
  if (events_.empty())
    return false;
  std::vector<std::string> actors;
  auto next = events_.begin();
  if (choice > 0) {
    for (const auto& [actor, event] : events_)
      if (std::find(actors.begin(), actors.end(), actor) == actors.end())
        actors.push_back(actor);
    const auto& chosen = actors[choice % actors.size()];
    next = std::find_if(next, events_.end(), [&](const auto& event) { return event.first == chosen; });
  }
  auto event = std::move(next->second);
  events_.erase(next);
  guard.unlock();
  event();
  return true;
}

void scene::settle() {
  for (int i = 0; step(); ++i)
    if (i > 1'000'000) {
      ADD_FAILURE() << "events without end";
      return;
    }
}

void scene::settle_next() {
  std::unique_lock guard{mutex_};
  if (!arrived_.wait_for(guard, std::chrono::seconds{30}, [this] { return !events_.empty(); }))
    ADD_FAILURE() << "nothing was told";
  guard.unlock();
  settle();
}

bool scene::advance_to_next() {
  if (timers_.empty())
    return false;
  auto first = timers_.extract(timers_.begin());
  const auto at = std::max(now_, first.key().first);
  wall_ += std::chrono::duration_cast<wall_time::duration>(at - now_);
  now_ = at;
  first.mapped()();
  settle();
  return true;
}

void scene::advance(steady_time::duration by) {
  settle();
  const auto end = now_ + by;
  while (!timers_.empty() && timers_.begin()->first.first <= end)
    advance_to_next();
  wall_ += std::chrono::duration_cast<wall_time::duration>(end - now_);
  now_ = end;
}

void scene::crash(const std::string& uid) {
  sessions_.at(uid)->it.reset();
  sessions_.erase(uid);
  post(session_actor_down{uid});
  settle();
}

void scene::expect_every_call_answered_once() const {
  for (const auto& problem : unanswered_)
    EXPECT_EQ(problem(), "");
}

void scene::expect_clean_end() {
  int drained = 0;
  post(registry_drain{milliseconds{0}, [&] { ++drained; }});
  settle();
  advance(minutes{5});
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(actors(), 0u);
  for (const auto& box : launcher.made) {
    EXPECT_TRUE(box->closed());
    EXPECT_TRUE(box->clean_now());
  }
  expect_every_call_answered_once();
}

session_key key(const std::string& session_id, const std::string& owner) { return {owner, session_id}; }

create_session creation(const std::string& session_id, const std::string& owner) {
  create_session request;
  request.key = key(session_id, owner);
  return request;
}

exec_request command(const std::string& text, const std::string& session_id, const std::string& owner) {
  exec_request request;
  request.session.key = key(session_id, owner);
  request.command = text;
  return request;
}

exec_request fresh(const std::string& text, const std::string& session_id) {
  auto request = command(text, session_id);
  request.shell = "fresh";
  return request;
}

close_session closing(const std::string& session_id, const std::string& owner) {
  close_session request;
  request.session.key = key(session_id, owner);
  return request;
}

get_session asking(const std::string& session_id, const std::string& owner) { return {{key(session_id, owner), {}}}; }

open_shell opening(const std::string& shell, const std::string& session_id) {
  open_shell request;
  request.session.key = key(session_id);
  request.shell = shell;
  return request;
}

close_shell shell_closing(const std::string& shell, const std::string& session_id) { return {{key(session_id), {}}, shell}; }

list_shells shell_listing(const std::string& session_id) { return {{key(session_id), {}}}; }

update_session change(const std::string& session_id) {
  update_session request;
  request.session.key = key(session_id);
  return request;
}

session_ref by_uid(const std::string& uid) { return {{}, uid}; }

} // namespace strata::test
