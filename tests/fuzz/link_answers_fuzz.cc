// Sends any messages as Jaquez's answers on Clark's stream to it, in any order and at any time:
// Clark continues to send, or gives the stream up and dials again.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/link_play.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using proxyherd::PlayedNeighbour;
  proxyherd::PlayLink<proxyherd::peer::v1::LinkResponse>(
      "Jaquez", {data, size},
      [](PlayedNeighbour& to, auto message) { to.Answer(std::move(message)); });
  return 0;
}
