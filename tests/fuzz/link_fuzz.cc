// Sends any messages on Bona's stream to Clark, in any order and at any time: Clark answers,
// refuses or merges, and its table holds only valid records.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/link_play.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using proxyherd::PlayedNeighbour;
  proxyherd::PlayLink<proxyherd::peer::v1::LinkRequest>(
      "Bona", {data, size}, [](PlayedNeighbour& to, auto message) { to.Send(std::move(message)); });
  return 0;
}
