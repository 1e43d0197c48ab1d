// A provider whose answers the test gives by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "places/provider/provider.h"

namespace proxyherd {

class ScriptedProvider : public places::Provider {
 public:
  using Script = std::function<void(const places::SearchRequest&, int64_t budget_ns, const Done&)>;

  explicit ScriptedProvider(Script script) : script_(std::move(script)) {}

  std::string_view name() const override { return "scripted"; }
  void Search(const places::SearchRequest& request, int64_t budget_ns, Done done) override {
    script_(request, budget_ns, done);
  }

 private:
  const Script script_;
};

}  // namespace proxyherd
