// The herd of the classic specification: five nodes, six links.
#pragma once

#include "config/herd_file.h"

namespace proxyherd {

inline config::HerdFile FiveNodes() {
  return config::ParseHerdFile(
             "herd seed\n"
             "node Bailey host=a text=1 grpc=2 http=3 at=+1-1\n"
             "node Bona host=b text=1 grpc=2 http=3 at=+1-1\n"
             "node Campbell host=c text=1 grpc=2 http=3 at=+1-1\n"
             "node Clark host=d text=1 grpc=2 http=3 at=+1-1\n"
             "node Jaquez host=e text=1 grpc=2 http=3 at=+1-1\n"
             "link Bailey Bona\nlink Bailey Campbell\nlink Bona Campbell\nlink Bona Clark\n"
             "link Campbell Jaquez\nlink Clark Jaquez\n",
             "five_nodes")
      .herd;
}

}  // namespace proxyherd
