// Both ends of one hop: a server that receives one stream of messages, and a client that sends one.
// As bare as gRPC's callback API allows, with the messages and channel arguments of the links.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::bench {

// Serves on a free port of 127.0.0.1. The destructor ends the stream.
class HopServer {
 public:
  // Both are called on gRPC's threads, never concurrently; `ended` once, after the last message.
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

  // Sends messages in order, one at a time. Further ones wait in memory.
  void Send(const peer::v1::LinkRequest& message);

  // Sends waiting messages, ends the stream, and waits until the other end has received everything.
  // Returns the error, or an empty string. Must be called last, and only once.
  std::string Finish();

 private:
  class Stream;
  const std::unique_ptr<Stream> stream_;
};

}  // namespace proxyherd::bench
