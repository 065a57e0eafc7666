// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// The encoding between server and agent, and between server and launcher: little machinery, since both ends are built
/// together and a version is exchanged first. Fields in the order in which fields() names them; integers as they lie in
/// memory (one machine); strings and lists as a 32-bit count and their contents. Everything read is bounded by the
/// frame, so a hostile agent can send nonsense but not cause an out-of-bounds read or an unbounded allocation.
namespace strata::wire {

class writer {
public:
  std::string take() { return std::move(bytes_); }

  template <class T> void put(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      put(static_cast<std::uint32_t>(value.size()));
      bytes_ += value;
    } else {
      T::fields(value, [this](const auto&... field) { (put(field), ...); });
    }
  }
  template <class T> void put(const std::vector<T>& list) {
    put(static_cast<std::uint32_t>(list.size()));
    for (const auto& item : list)
      put(item);
  }

private:
  std::string bytes_;
};

class reader {
public:
  reader(const char* data, std::size_t size) noexcept : at_{data}, left_{size} {}

  /// False as soon as anything did not fit; what was read until then is not to be used.
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// True when everything fitted and nothing is left over.
  [[nodiscard]] bool complete() const noexcept { return ok_ && left_ == 0; }

  template <class T> void get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t byte = 0; // any other value in a bool would be undefined
      get(byte);
      value = byte != 0;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      copy(&value, sizeof value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::uint32_t size = 0;
      get(size);
      if (!ok_ || size > left_) {
        ok_ = false;
        return;
      }
      value.assign(at_, size);
      skip(size);
    } else {
      T::fields(value, [this](auto&... field) { (get(field), ...); });
    }
  }
  template <class T> void get(std::vector<T>& list) {
    std::uint32_t count = 0;
    get(count);
    if (!ok_ || count > left_) { // every item takes at least one byte
      ok_ = false;
      return;
    }
    list.clear();
    while (ok_ && count-- > 0) {
      list.emplace_back();
      get(list.back());
    }
  }

private:
  void skip(std::size_t size) noexcept {
    at_ += size;
    left_ -= size;
  }
  void copy(void* to, std::size_t size) noexcept {
    if (!ok_ || size > left_) {
      ok_ = false;
      return;
    }
    std::memcpy(to, at_, size);
    skip(size);
  }

  const char* at_;
  std::size_t left_;
  bool ok_ = true;
};

template <class Message> std::string encode(const Message& message) {
  writer out;
  out.put(message);
  return out.take();
}

/// False: the bytes are not exactly one such message.
template <class Message> [[nodiscard]] bool decode(const char* data, std::size_t size, Message& message) {
  reader in{data, size};
  in.get(message);
  return in.complete();
}

} // namespace strata::wire
