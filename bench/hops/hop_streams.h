// Both ends of one hop: a server that takes in one stream of messages, and a client that sends one.
// As bare as the callback API of gRPC allows, on the messages and channel arguments of the links.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::bench {

// Serves on a port of 127.0.0.1 that is free. Destroying it ends the stream.
class HopServer {
 public:
  // Both are called on gRPC's threads, never at once; `ended` once, after the last message.
  using OnMessage = std::function<void(const peer::v1::LinkRequest&)>;
  HopServer(OnMessage message, std::function<void()> ended);
  ~HopServer();

  int port() const;

 private:
  class Service;
  const std::unique_ptr<Service> service_;
};

// Sends messages to the HopServer at a port of 127.0.0.1. Thread-safe.
class HopClient {
 public:
  explicit HopClient(int port);
  ~HopClient();

  // Messages go in order, one at a time; more wait in memory.
  void Send(const peer::v1::LinkRequest& message);

  // Sends waiting messages, ends the stream, and waits until the other end has it all. Returns what
  // went wrong, empty for nothing. To be called once, last.
  std::string Finish();

 private:
  class Stream;
  const std::unique_ptr<Stream> stream_;
};

}  // namespace proxyherd::bench
