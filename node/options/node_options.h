// Reads the options of the two servers from the command line, the environment, a file of options
// and the herd file, and checks them completely before anything listens.
#pragma once

#include "node/options/options.h"

namespace proxyherd::node {

// `environment`: a list that ends with nullptr, like main's; nullptr: no environment.
OptionsOr<NodeOptions> ParseNodeOptions(int argc, const char* const* argv,
                                        const char* const* environment);
OptionsOr<CommonOptions> ParsePlacesOptions(int argc, const char* const* argv,
                                            const char* const* environment);

}  // namespace proxyherd::node
