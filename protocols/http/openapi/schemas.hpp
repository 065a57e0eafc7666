// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

namespace strata {

/// The named schemas of the API's document (JSON Schema 2020-12), by name: what requests may hold. Members come from
/// the lists that the decoders read by.
ordered_json request_schemas();

/// The same of what answers hold.
ordered_json answer_schemas();
/// Those about processes.
ordered_json process_schemas();

/// Those about files, in requests and answers.
ordered_json file_schemas();

/// {"$ref": …} to one of them.
ordered_json schema_reference(std::string_view name);

} // namespace strata
