// The proxy is an Asio loop.
#include "bench/counting_proxy.h"

#include <sys/resource.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "bench/bench_clock.h"

namespace proxyherd::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Both directions of one connection. Lives as long as one of them is being read.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(tcp::socket client, tcp::socket server)
      : ways_{Way{std::move(client), FrameCounter(true), {}},
              Way{std::move(server), FrameCounter(false), {}}} {
    for (Way& way : ways_) way.socket.set_option(tcp::no_delay(true));
  }

  void Start() {
    for (size_t from : {0U, 1U}) Read(from);
  }
  FrameCounts Counts() const {
    FrameCounts sum = ways_[0].frames.counts();
    return sum += ways_[1].frames.counts();
  }

 private:
  struct Way {
    tcp::socket socket;
    FrameCounter frames;  // read from the socket
    std::array<char, size_t{64} * 1024> buffer;
  };

  void Read(size_t from) {
    Way& way = ways_[from];
    way.socket.async_read_some(asio::buffer(way.buffer),
                               [this, self = shared_from_this(), from](
                                   const boost::system::error_code& error, size_t bytes) {
                                 if (error) return Close();
                                 ways_[from].frames.Take({ways_[from].buffer.data(), bytes});
                                 Write(from, bytes);
                               });
  }

  void Write(size_t from, size_t bytes) {
    asio::async_write(ways_[1 - from].socket, asio::buffer(ways_[from].buffer.data(), bytes),
                      [this, self = shared_from_this(), from](
                          const boost::system::error_code& error, size_t /*written*/) {
                        if (error) return Close();
                        Read(from);
                      });
  }

  void Close() {
    boost::system::error_code ignored;
    for (Way& way : ways_) way.socket.close(ignored);
  }

  std::array<Way, 2> ways_;
};

}  // namespace

struct CountingProxy::Impl {
  void Accept(tcp::acceptor& acceptor, uint16_t to_port) {
    acceptor.async_accept(
        [this, &acceptor, to_port](const boost::system::error_code& error, tcp::socket client) {
          if (error) return;
          tcp::socket server(context);
          boost::system::error_code refused;
          server.connect({asio::ip::address_v4::loopback(), to_port}, refused);
          if (!refused) {
            pipes.push_back(std::make_shared<Pipe>(std::move(client), std::move(server)));
            pipes.back()->Start();
          }
          Accept(acceptor, to_port);
        });
  }

  // Runs `ask` on the proxy's thread, and waits for its result.
  template <typename Ask>
  auto Run(Ask ask) {
    std::promise<decltype(ask())> answer;
    asio::post(context, [&] { answer.set_value(ask()); });
    return answer.get_future().get();
  }

  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  std::vector<std::shared_ptr<Pipe>> pipes;  // closed ones are kept for their counts
  std::thread thread;
};

CountingProxy::CountingProxy() : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

CountingProxy::~CountingProxy() {
  impl_->context.stop();
  impl_->thread.join();
}

uint16_t CountingProxy::Listen(uint16_t to_port) {
  return impl_->Run([&] {
    impl_->acceptors.push_back(std::make_unique<tcp::acceptor>(
        impl_->context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)));
    impl_->Accept(*impl_->acceptors.back(), to_port);
    return impl_->acceptors.back()->local_endpoint().port();
  });
}

FrameCounts CountingProxy::Counts() {
  return impl_->Run([&] {
    FrameCounts sum;
    for (const auto& pipe : impl_->pipes) sum += pipe->Counts();
    return sum;
  });
}

int64_t CountingProxy::CpuNs() {
  return impl_->Run([] { return CpuTimeNs(RUSAGE_THREAD); });
}

}  // namespace proxyherd::bench
