#include "node/text_side.h"

#include <utility>

namespace proxyherd::node {

TextSide::TextSide(NodeContext& context, gateway::PlacesLookup lookup)
    : traffic_(context.logger),
      server_(context.options.gateway,
              {context.table, context.env, std::move(lookup), traffic_, context.AckAfter()}),
      displaced_end_(server_, context.logger, context.options.exit_when_displaced),
      metrics_(server_) {}

absl::StatusOr<std::unique_ptr<TextSide>> TextSide::Listen(NodeContext& context,
                                                           gateway::PlacesLookup lookup) {
  auto side = std::unique_ptr<TextSide>(new TextSide(context, std::move(lookup)));
  if (absl::Status status = side->server_.Listen(); !status.ok()) return status;
  return side;
}

}  // namespace proxyherd::node
