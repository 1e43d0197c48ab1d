// Messages of links as nodes of the last release read and write them: without the fields that are
// new in this one. On a stream of such a node both ends behave as that release did.
#pragma once

#include <type_traits>
#include <variant>

#include "peer/protocol/link_messages.h"

namespace proxyherd {

template <typename Kind>
void ClearNewFieldsOf(Kind& kind) {
  if constexpr (std::is_same_v<Kind, peer::Hello>) kind.late_acknowledgements = false;
  if constexpr (std::is_same_v<Kind, peer::Batch>) kind.acknowledge_now = false;
  if constexpr (requires { kind.merged_batch; }) kind.merged_batch = 0;
}

// `Message`: peer::SenderMessage or peer::ReceiverMessage.
template <typename Message>
void ClearNewFields(Message& message) {
  std::visit([](auto& kind) { ClearNewFieldsOf(kind); }, message);
}

}  // namespace proxyherd
