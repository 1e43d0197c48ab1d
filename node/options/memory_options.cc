#include "node/options/memory_options.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/limits/connection_limit.h"

namespace proxyherd::node {
namespace {

// The feeds of an empty table take 1 MiB.
constexpr int64_t kMinTableBytes = int64_t{8} << 20;
constexpr int64_t kMaxTableBytes = int64_t{1} << 46;

}  // namespace

void MemoryFlags::Add(config::OptionParser& parser) {
  parser.Integer("max_clients", &clients_, 0, 4'000'000'000,
                 "Maximum number of known clients; reports of new clients beyond it, at this node "
                 "or another one of the herd, are refused. 0: 10,000,000. A typical client takes "
                 "100 bytes of --max_table_bytes, which may be reached first");
  parser.Integer(
      "max_table_bytes", &table_bytes_, 0, kMaxTableBytes,
      "Bytes up to which reports may grow the table; beyond it, at this node or another one of the "
      "herd, new clients and longer records of known ones are refused. 0: half of what --memory "
      "leaves after the process and unread replies, so that two halves of a partitioned herd fit "
      "when they heal. A lower value leaves memory to other processes");
}

std::string MemoryFlags::MemoryText() const {
  const server::MemoryLimit& memory = options_.common.memory;
  return absl::StrCat("the memory of ", BytesText(memory.bytes), " (", memory.source, ")");
}

void MemoryFlags::Store(bool embedded, config::OptionParser::Result& result) {
  const server::MemoryLimit& memory = options_.common.memory;
  places::ProviderOptions& provider = options_.common.provider;
  const bool reads_files = embedded && provider.Has("osm");
  provider.osm_memory_bytes = reads_files ? EmbeddedPlacesBytesFor(memory.bytes) : 0;
  options_.memory = BudgetFor(memory.bytes, provider.osm_memory_bytes);
  if (options_.memory.table_bytes == 0) {
    result.errors.push_back(absl::StrCat(
        "--memory: ", MemoryText(), " is too little; a node needs at least ",
        BytesText(kMinNodeMemory + provider.osm_memory_bytes), ". Set it with --memory=BYTES"));
    return;
  }
  StoreTable(result.errors);
  StoreConnections(result.errors);
}

void MemoryFlags::StoreTable(std::vector<std::string>& errors) {
  MemoryBudget& budget = options_.memory;
  const auto wanted = static_cast<uint64_t>(table_bytes_);
  if (wanted > budget.table_bytes) {
    errors.push_back(absl::StrCat("--max_table_bytes=", wanted, ": at most ", budget.table_bytes,
                                  " fit in ", MemoryText()));
  } else if (table_bytes_ != 0 && table_bytes_ < kMinTableBytes) {
    errors.push_back(
        absl::StrCat("--max_table_bytes=", wanted, ": expected 0, or at least ", kMinTableBytes));
  } else if (wanted != 0) {
    budget.table_bytes = wanted;
  }
  const uint64_t max_that_fit = budget.table_bytes / kUsualClientBytes;
  if (static_cast<uint64_t>(clients_) > max_that_fit) {
    errors.push_back(absl::StrCat("--max_clients=", clients_, ": at most ", max_that_fit,
                                  " fit in a table of ", BytesText(budget.table_bytes), ", at ",
                                  kUsualClientBytes, " bytes per typical client, and in ",
                                  MemoryText()));
  } else if (clients_ != 0) {
    options_.max_clients = clients_;
  }
}

void MemoryFlags::StoreConnections(std::vector<std::string>& errors) {
  gateway::GatewayOptions& gateway = options_.gateway;
  gateway.memory_bytes = options_.memory.connection_bytes;
  if (const int64_t max_that_fit = gateway::ConnectionsThatFit(gateway.memory_bytes);
      gateway.max_connections > max_that_fit) {
    errors.push_back(absl::StrCat("--max_connections=", gateway.max_connections, ": at most ",
                                  max_that_fit, " fit in ", MemoryText()));
  }
  const auto wanted = static_cast<uint64_t>(gateway.max_unsent_total_bytes);
  if (wanted > options_.memory.unsent_bytes) {
    errors.push_back(absl::StrCat("--max_unsent_total_bytes=", wanted, ": at most ",
                                  options_.memory.unsent_bytes, " fit in ", MemoryText()));
  } else if (wanted == 0) {
    gateway.max_unsent_total_bytes = options_.memory.unsent_bytes;
  }
  if (gateway.max_unsent_total_bytes < gateway.session.max_unsent_bytes) {
    errors.push_back(absl::StrCat("--max_unsent_total_bytes: ", gateway.max_unsent_total_bytes,
                                  " are less than the ", gateway.session.max_unsent_bytes,
                                  " of --max_unsent_bytes for a single connection"));
  }
}

}  // namespace proxyherd::node
