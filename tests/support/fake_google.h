// A stand-in for Google's Places API: a real HTTP server on 127.0.0.1 with scripted answers.
#pragma once

#include <CivetServer.h>

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "runtime/cond_var.h"

namespace proxyherd {

// One call as the server received it.
struct SeenCall {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;
};

// Thread-safe. Stopping takes civetweb up to 2 s: share one among tests, and Reset it between them.
class FakeGoogle : public CivetHandler {
 public:
  struct Reply {
    int status = 200;
    std::string body = "{}";
    std::string extra_headers = {};  // each ended by \r\n
    size_t bytes_left_out = 0;       // announced, but never sent: the connection closes instead
    bool hang = false;               // nothing is sent until Reset or AnswerHanging
  };

  // With `keep_alive` connections stay open; then bytes_left_out cannot be used.
  explicit FakeGoogle(bool keep_alive = false);
  ~FakeGoogle() override;

  std::string endpoint() const;  // e.g. "http://127.0.0.1:40123"

  // Sets the reply to the next call and all later ones.
  void Answer(const Reply& reply);

  // Answers hanging calls, and all later ones, with this reply.
  void AnswerHanging(const Reply& reply);

  // Forgets the calls and the reply, and answers hanging calls.
  void Reset();

  // Returns the calls since the last TakeCalls.
  std::vector<SeenCall> TakeCalls();

  // Waits until `count` calls have arrived since the last TakeCalls.
  void AwaitCalls(size_t count);

  bool handlePost(CivetServer* server, mg_connection* connection) override;

 private:
  const bool keep_alive_;
  Mutex mu_;
  runtime::CondVar changed_;
  Reply reply_ ABSL_GUARDED_BY(mu_);
  std::vector<SeenCall> calls_ ABSL_GUARDED_BY(mu_);
  int resets_ ABSL_GUARDED_BY(mu_) = 0;
  int answered_hanging_ ABSL_GUARDED_BY(mu_) = 0;
  CivetServer server_;
};

// An error body as Google writes it: an ErrorInfo with the reason and, if given, quota_limit; no
// details at all if the reason is empty.
std::string GoogleError(int code, const std::string& status, const std::string& message,
                        const std::string& reason, const std::string& quota_limit = "");

// A success with `count` places named "Place 1" and so on, laid out as Google does.
std::string GooglePlaces(int count);

}  // namespace proxyherd
