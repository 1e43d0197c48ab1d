// A provider whose answers the test gives by hand.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "places/provider/provider.h"

namespace proxyherd {

class ScriptedProvider : public Provider {
 public:
  using Script = std::function<void(const SearchRequest&, std::chrono::nanoseconds, const Done&)>;

  explicit ScriptedProvider(Script script) : script_(std::move(script)) {}

  std::string_view name() const override { return "scripted"; }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override {
    script_(request, budget, done);
  }

 private:
  const Script script_;
};

}  // namespace proxyherd
