// SPDX-License-Identifier: MIT
#include "protocols/json/times.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// Reads exactly `digits` decimal digits off the front.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits)
    return false;
  value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9')
      return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == any_of.npos)
    return false;
  text.remove_prefix(1);
  return true;
}

/// ".123456789" as nanoseconds; zero when there is no fraction.
bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
  nanoseconds = 0;
  if (!take(text, "."))
    return true;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    if (digits < 9)
      nanoseconds = nanoseconds * 10 + (text[digits] - '0');
  for (auto missing = digits; missing < 9; ++missing)
    nanoseconds *= 10;
  text.remove_prefix(digits);
  return digits >= 1 && digits <= 9;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  offset = {};
  if (take(text, "Zz"))
    return true;
  const bool west = !text.empty() && text[0] == '-';
  int hours = 0;
  int minutes = 0;
  if (!take(text, "+-") || !take_number(text, 2, hours) || !take(text, ":") || !take_number(text, 2, minutes) || hours > 23
      || minutes > 59)
    return false;
  offset = std::chrono::minutes{hours * 60 + minutes} * (west ? -1 : 1);
  return true;
}

} // namespace

std::string format_time(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  auto whole = floor<milliseconds>(time);
  auto day = floor<days>(whole);
  year_month_day date{day};
  hh_mm_ss clock{whole - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
  using namespace std::chrono;
  int year_number = 0;
  int month_number = 0;
  int day_number = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;
  std::chrono::minutes offset{};
  const bool read = take_number(text, 4, year_number) && take(text, "-") && take_number(text, 2, month_number) && take(text, "-")
                    && take_number(text, 2, day_number) && take(text, "Tt ") && take_number(text, 2, hour) && take(text, ":")
                    && take_number(text, 2, minute) && take(text, ":") && take_number(text, 2, second)
                    && take_fraction(text, fraction) && take_offset(text, offset) && text.empty();
  if (!read || hour > 23 || minute > 59 || second > 60 || year_number < 1970)
    return std::nullopt;
  year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)}, day{static_cast<unsigned>(day_number)}};
  if (!date.ok())
    return std::nullopt;
  // Nanoseconds since 1970 fit 64 bits until 2262 only; beyond, the latest time that does is as far away.
  if (year_number > 2261)
    return system_clock::time_point{duration_cast<system_clock::duration>(sys_days{year{2262} / January / 1}.time_since_epoch())};
  auto since_epoch = duration_cast<nanoseconds>(sys_days{date}.time_since_epoch()) + hours{hour} + minutes{minute}
                     + seconds{second} + nanoseconds{fraction} - offset;
  return system_clock::time_point{duration_cast<system_clock::duration>(since_epoch)};
}

std::string go_duration(std::int64_t milliseconds) {
  if (milliseconds <= 0)
    return "0s";
  if (milliseconds < 1000)
    return fmt::format("{}ms", milliseconds);
  auto hours = milliseconds / 3'600'000;
  auto minutes = milliseconds / 60'000 % 60;
  auto seconds = fmt::format("{}", milliseconds / 1000 % 60);
  if (auto fraction = milliseconds % 1000; fraction != 0) {
    seconds += fmt::format(".{:03}", fraction);
    seconds.erase(seconds.find_last_not_of('0') + 1);
  }
  if (hours > 0)
    return fmt::format("{}h{}m{}s", hours, minutes, seconds);
  if (minutes > 0)
    return fmt::format("{}m{}s", minutes, seconds);
  return seconds + "s";
}

} // namespace strata
