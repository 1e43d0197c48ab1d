#include "tools/herdctl/command/commands.h"

#include <iterator>
#include <utility>

#include "tools/herdctl/command/command_rows.h"

namespace proxyherd::tools {

const CommandTable& HerdctlCommands() {
  static const auto& table = *[] {
    auto* all = new CommandTable(LookingRows());
    CommandTable acting = ActingRows();
    all->insert(all->end(), std::make_move_iterator(acting.begin()),
                std::make_move_iterator(acting.end()));
    return all;
  }();
  return table;
}

}  // namespace proxyherd::tools
