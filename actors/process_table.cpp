// SPDX-License-Identifier: MIT
#include "actors/process_table.hpp"

#include "config/escaped.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t shown_command_bytes = 1024;
constexpr std::size_t shown_arguments = 32;

/// The number after `prefix`, if that is what it is.
std::optional<std::int64_t> number_after(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional{number} : std::nullopt;
}

template <class Value> bool wanted(const std::vector<Value>& some, Value one) {
  return some.empty() || std::find(some.begin(), some.end(), one) != some.end();
}

} // namespace

std::string make_process_id(std::uint64_t number, std::string_view uid) {
  return fmt::format("p{}-{}", number, uid.substr(uid.size() - std::min<std::size_t>(uid.size(), 4)));
}

std::string shortened(std::string text) {
  if (text.size() > shown_command_bytes) {
    auto end = shown_command_bytes;
    while (end > 0 && (text[end] & 0xc0) == 0x80) // not within a character
      --end;
    text.resize(end);
    text += "…";
  }
  return text;
}

/// Records outlive their processes: what a list does not need must not stay in memory.
std::vector<std::string> shortened(const std::vector<std::string>& arguments) {
  std::vector<std::string> some;
  std::size_t bytes = 0;
  for (const auto& argument : arguments) {
    if (some.size() == shown_arguments || bytes > shown_command_bytes) {
      some.emplace_back("…");
      break;
    }
    some.push_back(shortened(argument));
    bytes += some.back().size();
  }
  return some;
}

process_record& process_table::add(std::uint64_t number, process_kind kind, const std::string& uid, wall_time now) {
  auto& made = records_[number];
  made.number = number;
  made.info.id = make_process_id(number, uid);
  made.info.kind = kind;
  made.info.session_uid = uid;
  made.info.created_at = now;
  return made;
}

process_record* process_table::find(std::uint64_t number) {
  const auto found = records_.find(number);
  return found == records_.end() ? nullptr : &found->second;
}

result<process_record*> process_table::find(std::string_view ref) {
  const auto pid = number_after("pid:", ref);
  const auto name = ref.starts_with("name:") ? std::optional{ref.substr(5)} : std::nullopt;
  const auto matches = [&](const process_info& info) {
    if (pid)
      return info.pid == *pid && *pid != 0;
    if (name)
      return info.kind == process_kind::terminal && (info.name == *name || info.id == *name);
    return ref.starts_with("tag:") ? !info.tag.empty() && info.tag == ref.substr(4) : info.id == ref;
  };
  process_record* newest = nullptr;
  for (auto each = records_.rbegin(); each != records_.rend(); ++each) {
    if (!matches(each->second.info))
      continue;
    if (!each->second.ended())
      return &each->second;
    if (!newest)
      newest = &each->second;
  }
  if (newest)
    return newest;
  if (name)
    return error{errc::terminal_not_found, fmt::format("terminal {} not found in this session", in_quotes(name->substr(0, 64)))};
  return error{errc::process_not_found, fmt::format("process {} not found in this session", in_quotes(ref.substr(0, 140)))};
}

process_record* process_table::terminal(std::string_view name) {
  for (auto& [number, each] : records_)
    if (each.info.kind == process_kind::terminal && each.info.name == name && !each.ended() && each.end_reason.empty())
      return &each;
  return nullptr;
}

void process_table::erase(std::uint64_t number) {
  const auto found = records_.find(number);
  if (found == records_.end())
    return;
  found->second.output->discard();
  records_.erase(found);
}

void process_table::retire() {
  std::size_t count = 0;
  std::int64_t bytes = 0;
  std::int64_t memory = 0;
  std::vector<std::uint64_t> too_many;
  for (auto each = records_.rbegin(); each != records_.rend(); ++each) {
    const auto& record = each->second;
    if (!record.ended() || !record.viewers.empty())
      continue;
    bytes += record.output->kept_bytes();
    memory += record.output->memory_bytes();
    const bool too_much = bytes > limits_.ended_bytes || memory > limits_.in_memory;
    if (++count > limits_.ended || (too_much && count > 1))
      too_many.push_back(each->first);
  }
  for (const auto number : too_many)
    erase(number);
}

std::size_t process_table::live(process_kind kind) const {
  return static_cast<std::size_t>(std::count_if(
    records_.begin(), records_.end(), [&](const auto& each) { return each.second.info.kind == kind && !each.second.ended(); }));
}

result<process_page> process_table::list(const list_processes& wish) const {
  auto from = records_.rbegin();
  if (!wish.cursor.empty()) {
    const auto before = number_after("p", wish.cursor);
    if (!before || *before < 1)
      return error{errc::invalid_argument, "cursor is not one of this list"};
    from = std::make_reverse_iterator(records_.lower_bound(static_cast<std::uint64_t>(*before)));
  }
  process_page page;
  for (; from != records_.rend(); ++from) {
    const auto& info = from->second.info;
    if (!wanted(wish.states, info.state) || !wanted(wish.kinds, info.kind) || (!wish.tag.empty() && info.tag != wish.tag))
      continue;
    if (static_cast<std::int64_t>(page.items.size()) == wish.limit) {
      page.next_cursor = fmt::format("p{}", std::prev(from)->first);
      break;
    }
    page.items.push_back(from->second.shown());
  }
  return page;
}

} // namespace strata
