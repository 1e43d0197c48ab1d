// Transcripts: text files with what clients send and read, run on a simulated herd.
//
//     # a comment                      kept as it is
//     @client Clark                    what follows is said on a new connection to Clark
//     > IAMAT kiwi +1-1 1              sent with its LF; \xNN and \\ stand for bytes
//     >> IAMAT ki                      sent without an LF
//     @end                             the client half-closes
//     < AT Clark +0.100 ...            what comes back, a line each; `<` alone is an empty line
//     ! closed                         the server has closed the connection
//     @advance 10ms                    ns, us, ms, s
//     @cut Clark Jaquez, @mend Clark Jaquez, @crash Clark, @restart Clark
//     @places {"places": []}           what every lookup finds from now on; @places fail 503
//     MESSAGE
//     @agree                           fails unless all living nodes hold the same
//
// Lines that begin with `<` and `!` are what the herd did: Run writes them anew, so a transcript
// that holds comes out of Run as it went in.
#pragma once

#include <string>
#include <string_view>

namespace proxyherd {

struct TranscriptResult {
  std::string text;   // as it should be
  std::string error;  // what could not be run, with its line; empty when all could
};

TranscriptResult RunTranscript(std::string_view text);

}  // namespace proxyherd
