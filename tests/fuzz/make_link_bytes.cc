// Writes seeds of the fuzzers link_bytes and link_answer_bytes into a directory: conversations of
// both ends with each other, and attacks. Run it again if the steps or the protocol change.
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "peer/http2/grpc_client_stream.h"
#include "peer/http2/grpc_server_stream.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"
#include "tests/fuzz/stream_play.h"

namespace proxyherd {
namespace {

constexpr size_t kAll = size_t{1} << 20;
constexpr size_t kMaxPiece = 0xffff;
constexpr uint8_t kAnswersAtOnce = 1;

std::string Step(StreamStep kind, uint8_t argument) {
  return {static_cast<char>(static_cast<uint8_t>(kind) + argument * kStreamStepKinds)};
}

std::string Pieces(std::string_view bytes, size_t piece = kMaxPiece) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    const size_t size = std::min(piece, bytes.size());
    out += Step(StreamStep::kBytes, kAnswersAtOnce);
    out += {static_cast<char>(size), static_cast<char>(size >> 8)};
    out += bytes.substr(0, size);
  }
  return out;
}

template <typename Wire, typename Message>
std::string Serialized(Message message) {
  Wire wire;
  ToWire(std::move(message), wire);
  return wire.SerializeAsString();
}
std::string OfSender(peer::SenderMessage message) {
  return Serialized<peer::v1::LinkRequest>(std::move(message));
}
std::string OfReceiver(peer::ReceiverMessage message) {
  return Serialized<peer::v1::LinkResponse>(std::move(message));
}

peer::Hello HelloOf(const char* name, uint64_t attempt, bool late) {
  peer::Hello hello = {"seed", name, 7, attempt, peer::kLinkProtocolVersion, 1};
  hello.late_acknowledgements = late;
  return hello;
}
peer::Heartbeat Beat(uint64_t number) {
  peer::Heartbeat beat;
  beat.number = number;
  return beat;
}

// Two ends without a network; what passes in each direction is kept by turns.
struct Conversation {
  peer::GrpcClientStream client{peer::kLinkPath, "there:1", kAll};
  peer::GrpcServerStream server{peer::kLinkPath};

  static void Say(peer::GrpcStream& from, std::string_view message) {
    from.BeginMessage().append(message);
    from.Send();
  }
  static std::string Carry(peer::GrpcStream& from, peer::GrpcStream& to) {
    std::string bytes;
    from.Give(bytes, kAll);
    to.Take(bytes, 0);
    while (to.NextMessage().has_value()) {
    }
    return bytes;
  }
  // Returns what the client sends with these messages, and the server with those.
  std::pair<std::string, std::string> Play(const std::vector<std::string>& client_says,
                                           const std::vector<std::string>& server_says,
                                           size_t piece, const absl::Status& end) {
    std::string to_server;
    std::string to_client;
    for (size_t turn = 0; turn < std::max(client_says.size(), server_says.size()); ++turn) {
      if (turn < client_says.size()) Say(client, client_says[turn]);
      Exchange(to_server, to_client, piece);
      server.SetGreeted(kAll);
      if (turn < server_says.size()) Say(server, server_says[turn]);
      Exchange(to_server, to_client, piece);
    }
    if (!end.ok()) server.Finish(end, 42);
    Exchange(to_server, to_client, piece);
    return {to_server, to_client};
  }
  void Exchange(std::string& to_server, std::string& to_client, size_t piece) {
    to_server += Pieces(Carry(client, server), piece) + Step(StreamStep::kPass, 2);
    to_client += Pieces(Carry(server, client), piece) + Step(StreamStep::kPass, 2);
  }
};

void Write(const std::string& directory, const std::string& name, char flags,
           const std::string& steps) {
  std::ofstream(directory + "/" + name, std::ios::binary) << flags << steps;
}

void WriteConversations(const std::string& to_server, const std::string& to_client) {
  const std::vector<std::string> sender = {OfSender(HelloOf("Bona", 1, true)), OfSender(Beat(1)),
                                           OfSender(Beat(2)), OfSender(Beat(3))};
  const std::vector<std::string> receiver = {
      OfReceiver(HelloOf("Jaquez", 0, true)), OfReceiver(Beat(1)),
      OfReceiver(peer::Acknowledgement{1}), OfReceiver(Beat(2))};
  for (const size_t piece : {size_t{11}, kMaxPiece}) {
    const std::string suffix = piece == kMaxPiece ? "" : "_in_pieces";
    const auto [up, down] =
        Conversation().Play(sender, receiver, piece, absl::UnavailableError("Clark is stopping"));
    for (char flags = 0; flags < 4; ++flags) {
      Write(to_server, "conversation" + suffix + std::to_string(flags), flags, up);
      Write(to_client, "conversation" + suffix + std::to_string(flags), flags, down);
    }
  }
}

// Each follows a call, or the server's settings, or stands alone.
void WriteAttacks(const std::string& to_server, const std::string& to_client) {
  const std::string call = CallFrames(peer::kLinkPath);
  const std::string hello = MessageFrame(1, OfSender(HelloOf("Bona", 1, true)));
  const std::string answer =
      Frame(FrameType::kHeaders, kEndHeaders, 1,
            PlainFields({{":status", "200"}, {"content-type", "application/grpc"}}));
  const std::pair<const char*, std::string> attacks[] = {
      {"reset", Frame(FrameType::kRstStream, 0, 1, Big32(8))},
      {"second_stream", Frame(FrameType::kHeaders, kEndHeaders, 3, PlainFields({{"te", "x"}}))},
      {"trailers", Frame(FrameType::kHeaders, kEndHeaders | kEndStream, 1,
                         PlainFields({{"grpc-status", "14"}, {"grpc-message", "%41%zz"}}))},
      {"push", Frame(static_cast<FrameType>(5), kEndHeaders, 1, Big32(2))},
      {"goaway", Frame(FrameType::kGoaway, 0, 0, Big32(1) + Big32(0))},
      {"no_window", SettingsFrame({{4, 0}}) + Frame(FrameType::kData, kEndStream, 1, "")},
      {"huge_window", Frame(FrameType::kWindowUpdate, 0, 1, Big32(0x7fffffff))},
      {"zero_window", Frame(FrameType::kWindowUpdate, 0, 1, Big32(0))},
      {"settings", SettingsFrame({{1, 0xffffffff}, {4, 1}, {5, 0xffffff}, {6, 1}})},
      {"pings", Frame(FrameType::kPing, 0, 0, "12345678") + Frame(FrameType::kPing, 0, 0, "1")},
      {"continuation", Frame(FrameType::kHeaders, 0, 1, "") +
                           Frame(FrameType::kContinuation, 0, 1, "\x82\x86") +
                           Frame(FrameType::kContinuation, kEndHeaders, 1, "")},
      {"padding", Frame(FrameType::kData, 8, 1, std::string("\x05xxxxx", 6))},
      {"compressed", Frame(FrameType::kData, 0, 1, std::string("\1\0\0\0\1x", 6))},
      {"too_long", Frame(FrameType::kData, 0, 1, std::string("\0\xff\xff\xff\xff", 5))}};
  for (const auto& [name, bytes] : attacks) {
    Write(to_server, name, 0, Pieces(call + hello + bytes));
    Write(to_server, std::string(name) + "_before_hello", 0, Pieces(call + bytes));
    Write(to_client, name, 0, Pieces(SettingsFrame({}) + answer) + Pieces(bytes));
    Write(to_client, std::string(name) + "_before_answer", 0, Pieces(SettingsFrame({}) + bytes));
  }
  Write(to_server, "http1", 0, Pieces("GET / HTTP/1.1\r\n\r\n0123456789"));
  Write(to_client, "http1", 0, Pieces("HTTP/1.1 400 Bad Request\r\n\r\n"));
}

}  // namespace
}  // namespace proxyherd

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s tests/fuzz/corpus\n", argv[0]);
    return 2;
  }
  const std::string corpus = argv[1];
  proxyherd::WriteConversations(corpus + "/link_bytes", corpus + "/link_answer_bytes");
  proxyherd::WriteAttacks(corpus + "/link_bytes", corpus + "/link_answer_bytes");
  return 0;
}
