// Parses the options of a program from the command line, the environment and a file, reports all
// errors together, and prints --help. A thin layer over CLI11, which stops at the first error.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace proxyherd::config {

// The command line takes precedence over the environment (PROXYHERD_NAME), the environment over the
// file named by --config (lines `name = value`), and the file over the defaults. Every program has
// the options --config, --check_config and --print_config. Not thread-safe.
class OptionParser {
 public:
  struct Result {
    bool help = false;     // print Help() and exit 0
    bool version = false;  // print the version and exit 0
    bool check = false;    // check the configuration and exit
    bool print = false;    // print Effective() and exit, if there are no errors
    std::vector<std::string> errors;
    // The options whose values differ from their defaults.
    std::vector<std::string> changed;
    // The value of each option, or its default; several values are separated by line ends.
    std::map<std::string, std::string> values;
    // The options file if its last line has no newline, so that it may be incomplete; else empty.
    std::string unfinished_file;
  };

  // `footer` is printed at the end of the help: e.g. an example.
  OptionParser(const std::string& program, const std::string& description,
               const std::string& footer);
  ~OptionParser();

  // Each adds an option. Parse sets `*value` if the option is given; its value at this call is the
  // default, which --help shows. `value` must outlive Parse. Names have no dashes. REQUIRES (of all
  // that add an option): Parse was not called; no option of that name exists.
  void Text(const std::string& name, std::string* value, const std::string& help);
  void Integer(const std::string& name, int64_t* value, int64_t min, int64_t max,
               const std::string& help);
  // A duration in ns, written like 90s, 15m, 24h or 1h30m; `0` is 0.
  void Duration(const std::string& name, int64_t* ns, int64_t min_ns, int64_t max_ns,
                const std::string& help);
  // May be given several times; replaces the default as a whole.
  void Texts(const std::string& name, std::vector<std::string>* values, const std::string& help);
  // A list separated by commas; blanks around its parts are ignored, and an empty string is an
  // empty list.
  void List(const std::string& name, std::vector<std::string>* values, const std::string& help);
  void Flag(const std::string& name, bool* value, const std::string& help);
  void Choice(const std::string& name, std::string* value, const std::vector<std::string>& choices,
              const std::string& help);

  // Marks, in the help, the options that SIGHUP changes: `is_reloadable` returns true for them.
  void MarkReloadable(const std::function<bool(const std::string& name)>& is_reloadable);

  // REQUIRES: called once. `environment`: as main gets it, with nullptr at its end; or nullptr if
  // none.
  Result Parse(int argc, const char* const* argv, const char* const* environment);
  std::string Help() const;
  // A line `name = value` for each option, as --config takes it, below a comment with its source.
  // REQUIRES: Parse was called.
  std::string Effective() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::config
