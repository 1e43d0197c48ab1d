// Transcripts: conversations of clients as text files, run on a simulated herd.
//
//     # a comment                      kept as it is
//     @client Clark                    the next lines go to a new connection to Clark
//     > IAMAT kiwi +1-1 1              sent with its LF; \xNN and \\ stand for bytes
//     >> IAMAT ki                      sent without an LF
//     @end                             the client half-closes
//     < AT Clark +0.100 ...            a reply, a line each; `<` alone is an empty line
//     ! closed                         the server has closed the connection
//     @advance 10ms                    ns, us, ms, s
//     @cut Clark Jaquez, @mend Clark Jaquez, @crash Clark, @restart Clark
//     @places {"places": []}           the answer of every lookup from now on; @places fail 503
//     MESSAGE
//     @agree                           fails unless all living nodes hold the same
//
// Lines that begin with `<` and `!` are the herd's output: Run writes them again, so a transcript
// that holds comes out of Run as it went in.
#pragma once

#include <string>
#include <string_view>

namespace proxyherd {

struct TranscriptResult {
  std::string text;   // as it should be
  std::string error;  // the command that failed, with its line; empty if none did
};

TranscriptResult RunTranscript(std::string_view text);

}  // namespace proxyherd
