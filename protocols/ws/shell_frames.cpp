// SPDX-License-Identifier: MIT
#include "protocols/ws/shell_frames.hpp"

#include "protocols/json/reader.hpp"
#include "protocols/json/utf8.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

bool has_control(shell_mode mode) { return mode == shell_mode::raw || mode == shell_mode::streams; }

shell_frame control(const ordered_json& message) { return {true, to_text(message)}; }

ordered_json number_or_null(const std::optional<int>& number) { return number ? ordered_json(*number) : ordered_json(nullptr); }

/// A side of a terminal in a message, 1-1000; the seed sends numbers of any size.
std::optional<std::uint16_t> side(const json& message, const char* name) {
  const auto found = message.find(name);
  if (found == message.end() || !found->is_number_integer())
    return std::nullopt;
  const auto value = found->get<std::int64_t>();
  return value >= 1 && value <= 1000 ? std::optional{static_cast<std::uint16_t>(value)} : std::nullopt;
}

std::string text_of(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace

std::vector<shell_frame> shell_encoder::ready(const terminal_view& view) const {
  if (!has_control(mode_))
    return {};
  const auto side_or_null = [](std::uint16_t side) { return side == 0 ? ordered_json(nullptr) : ordered_json(side); };
  return {control({{"type", "ready"},
                   {"id", view.id},
                   {"pid", view.pid},
                   {"offset", view.output->offset()},
                   {"cols", side_or_null(view.cols)},
                   {"rows", side_or_null(view.rows)},
                   {"view", view.input ? "rw" : "ro"},
                   {"created", view.created},
                   {"session_created", view.session_created},
                   {"session_uid", view.session_uid}})};
}

std::vector<shell_frame> shell_encoder::output(const std::vector<journal_record>& records) {
  std::vector<shell_frame> frames;
  for (const auto& record : records) {
    if (record.gap > 0) {
      if (has_control(mode_))
        frames.push_back(
          control({{"type", "gap"}, {"offset", record.offset}, {"length", record.gap}, {"why", to_string(record.why)}}));
      else if (mode_ == shell_mode::seed)
        frames.push_back(
          control({{"type", "output"}, {"data", fmt::format("\r\n[strata: {} bytes of output skipped]\r\n", record.gap)}}));
      held_.clear();
      continue;
    }
    if (mode_ == shell_mode::streams) {
      frames.push_back({false, static_cast<char>(static_cast<int>(record.stream) + 1) + record.bytes});
      continue;
    }
    if (mode_ != shell_mode::seed) {
      frames.push_back({false, record.bytes});
      continue;
    }
    auto text = std::exchange(held_, {}) + record.bytes;
    if (const auto cut = cut_at_end(text); cut > 0) {
      held_ = text.substr(text.size() - cut);
      text.resize(text.size() - cut);
    }
    if (!text.empty())
      frames.push_back(control({{"type", "output"}, {"data", replace_bad_utf8(text)}}));
  }
  return frames;
}

std::vector<shell_frame> shell_encoder::resized(terminal_size size) const {
  if (!has_control(mode_))
    return {};
  return {control({{"type", "resize"}, {"cols", size.cols}, {"rows", size.rows}})};
}

std::vector<shell_frame> shell_encoder::end(const process_end& how) {
  if (mode_ == shell_mode::attach)
    return {};
  if (has_control(mode_))
    return {control({{"type", "end"},
                     {"reason", how.reason},
                     {"exit_code", number_or_null(how.exit_code)},
                     {"signal", number_or_null(how.signal)},
                     {"limits_hit", how.limits_hit},
                     {"left_running", how.left_running}})};
  std::vector<shell_frame> frames;
  if (!held_.empty())
    frames.push_back(control({{"type", "output"}, {"data", replace_bad_utf8(std::exchange(held_, {}))}}));
  frames.push_back(control({{"type", "error"}, {"data", "session closed"}}));
  return frames;
}

std::vector<shell_frame> shell_encoder::failure(const error& why) const {
  if (mode_ == shell_mode::attach)
    return {};
  if (mode_ == shell_mode::seed)
    return {control({{"type", "error"}, {"data", why.message}})};
  return {control({{"type", "error"}, {"code", to_string(why.code)}, {"error", why.message}})};
}

terminal_message read_shell_message(shell_mode mode, bool text, std::string_view data) {
  if (mode == shell_mode::attach || (mode == shell_mode::raw && !text))
    return terminal_input{std::string{data}};
  if (mode == shell_mode::streams && !text) {
    if (!data.starts_with('\0'))
      return error{errc::invalid_argument, "a binary frame does not begin with 0, which is the stream stdin"};
    return terminal_input{std::string{data.substr(1)}};
  }
  const auto message = json::parse(data, nullptr, false);
  const bool raw = has_control(mode);
  const error not_understood{errc::invalid_argument, "read control message: not understood"};
  if (!message.is_object())
    return raw ? terminal_message{not_understood} : terminal_message{};
  const auto type = text_of(message, "type");
  if (type == "resize") {
    const auto cols = side(message, "cols"), rows = side(message, "rows");
    if (cols && rows)
      return terminal_resize{*cols, *rows};
    return raw ? terminal_message{error{errc::invalid_argument, "resize: cols and rows are not between 1 and 1000"}}
               : terminal_message{};
  }
  if (!raw)
    return type == "input" ? terminal_message{terminal_input{text_of(message, "data")}} : terminal_message{};
  if (type == "signal")
    return terminal_signal{text_of(message, "signal"), message.contains("to") ? text_of(message, "to") : "process"};
  if (type == "eof")
    return terminal_input_end{};
  if (type == "pause" || type == "resume")
    return terminal_flow{type == "resume"};
  return not_understood;
}

std::string close_reason(const process_end& how) {
  if (how.exit_code)
    return fmt::format("{} {}", how.reason, *how.exit_code);
  if (how.signal)
    return fmt::format("{} {}", how.reason, *how.signal);
  return how.reason;
}

} // namespace strata
