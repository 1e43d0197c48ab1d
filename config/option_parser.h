// Options of a program: from the command line, the environment and a file, every error at once, and
// a --help that teaches. A thin layer over CLI11, which stops at the first error.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace proxyherd {

// The command line goes before the environment (PROXYHERD_NAME), that before the file that --config
// names (lines `name = value`), and that before the defaults. The options --config, --check_config
// and --print_config are there for every program.
class OptionParser {
 public:
  struct Result {
    bool help = false;     // print Help() and exit 0
    bool version = false;  // print the version and exit 0
    bool check = false;    // say whether all is right, and exit
    bool print = false;    // print Effective() and exit, if all is right
    std::vector<std::string> errors;
    // The options that say something else than their defaults.
    std::vector<std::string> changed;
    // By option, what it is set to, or its default; several texts with a line end between.
    std::map<std::string, std::string> values;
    // The file of options whose last line has no end, so that somebody may still be writing it.
    std::string unfinished_file;
  };

  // `footer` ends the help: an example, say.
  OptionParser(const std::string& program, const std::string& description,
               const std::string& footer);
  ~OptionParser();

  // Each sets `*value` when the option is given; what it holds before is the default, which --help
  // shows. `value` must outlive Parse. Names are without dashes.
  void Text(const std::string& name, std::string* value, const std::string& help);
  void Integer(const std::string& name, int64_t* value, int64_t least, int64_t most,
               const std::string& help);
  // A time in ns, written like 90s, 15m, 24h or 1h30m; `0` is 0.
  void Duration(const std::string& name, int64_t* ns, int64_t min_ns, int64_t max_ns,
                const std::string& help);
  // May be given several times; replaces the default as a whole.
  void Texts(const std::string& name, std::vector<std::string>* values, const std::string& help);
  // A list with commas between; blanks around its parts do not count, and an empty text is an empty
  // list.
  void List(const std::string& name, std::vector<std::string>* values, const std::string& help);
  void Flag(const std::string& name, bool* value, const std::string& help);
  void Choice(const std::string& name, std::string* value, const std::vector<std::string>& choices,
              const std::string& help);

  // Marks those options in the help of which this is true: SIGHUP changes them.
  void MarkReloadable(const std::function<bool(const std::string& name)>& is_reloadable);

  // Called once. `environment` is a list as main gets it, ended by nullptr; nullptr: none.
  Result Parse(int argc, const char* const* argv, const char* const* environment);
  std::string Help() const;
  // After Parse: a line `name = value` for each option, as --config takes it, with where it comes
  // from.
  std::string Effective() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
