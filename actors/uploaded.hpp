// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <type_traits>

namespace strata {

/// What became of an upload whose bytes have all come; `Made`: file_info or unpacked_archive.
template <class Made> struct uploaded {
  Made made;
  std::string digest; ///< SHA-256 of the bytes
  bool session_created = false;
  std::string session_uid;
};

/// An answer after which bytes come.
template <class Response> inline constexpr bool is_upload = requires { typename Response::made; };

template <class Response, bool = is_upload<Response>> struct remembered_form { using type = Response; };
template <class Response> struct remembered_form<Response, true> { using type = uploaded<typename Response::made>; };
/// What is kept of an answer for who asks again: itself, or what became of the bytes.
template <class Response> using remembered = typename remembered_form<Response>::type;

} // namespace strata
