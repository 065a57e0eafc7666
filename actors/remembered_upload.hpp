// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"
#include "actors/reply.hpp"
#include "actors/uploaded.hpp"

namespace strata {

/// Uploads with an idempotency key. Their bytes come after the call was answered, so the call's answer says nothing of them: what is
/// remembered is what became of them, with their SHA-256. Both sinks are used as byte_sink says; `Upload`: file_upload or archive_upload.

/// What takes the place of the sink in `opened`: passes on what comes, and tells `remember` what became of it. Dropped before the end it
/// answers with what reply says of dropped ones, and a retry may begin anew; but not when bytes had come and `keeps_pieces`, that is, when
/// they stay where they were put: again they would be there twice, so a retry is refused (`idempotency_mismatch`).
template <class Upload> void remember_upload(Upload& opened, bool keeps_pieces, reply<uploaded<typename Upload::made>> remember);

/// For a retry: takes the bytes, writes nothing, and answers as the first time when they are the same; else `idempotency_mismatch`.
/// `io` is where it answers.
template <class Upload> Upload repeat_upload(const uploaded<typename Upload::made>& known);

} // namespace strata
