// Reading and writing of the herd's text protocol, for ThreadsHerd.java: on bytes where they lie in
// a buffer, so that a line costs few objects.

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Texts where they lie in a buffer, from `begin` to before `end`. */
final class Text {
  private static final long NANOSECONDS = 1_000_000_000L;

  /** Positions of fields by pairs; returns how many there are, one more than fit for any more. */
  static int split(byte[] bytes, int begin, int end, int[] fields) {
    int count = 0;
    for (int at = begin; ; ++count) {
      while (at < end && isSpace(bytes[at])) ++at;
      if (at == end) return count;
      if (2 * count == fields.length) return count + 1;
      fields[2 * count] = at;
      while (at < end && !isSpace(bytes[at])) ++at;
      fields[2 * count + 1] = at;
    }
  }

  static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isSign(byte b) {
    return b == '+' || b == '-';
  }

  static boolean equals(byte[] bytes, int begin, int end, String word) {
    if (end - begin != word.length()) return false;
    for (int i = begin; i < end; ++i) if (bytes[i] != word.charAt(i - begin)) return false;
    return true;
  }

  static int find(byte[] bytes, int begin, int end, char wanted) {
    for (int at = begin; at < end; ++at) if (bytes[at] == wanted) return at;
    return -1;
  }

  /** Whether this is an unsigned decimal of at most `limit`, however many digits it has. */
  static boolean isAtMost(byte[] bytes, int begin, int end, int limit) {
    int at = begin;
    int whole = 0;
    for (; at < end && isDigit(bytes[at]); ++at) {
      whole = Math.min(whole * 10 + bytes[at] - '0', limit + 1);
    }
    if (at == begin) return false;
    boolean fraction = false;
    if (at < end) {
      if (bytes[at] != '.' || at + 1 == end) return false;
      while (++at < end) {
        if (!isDigit(bytes[at])) return false;
        fraction |= bytes[at] != '0';
      }
    }
    return whole < limit || (whole == limit && !fraction);
  }

  static boolean isLocation(byte[] bytes, int begin, int end) {
    if (!isSign(bytes[begin])) return false;
    int second = begin + 1;
    while (second < end && !isSign(bytes[second])) ++second;
    return second < end
        && isAtMost(bytes, begin + 1, second, 90)
        && isAtMost(bytes, second + 1, end, 180);
  }

  /** -1 when this is no time that fits; digits past the ninth do not count. */
  static long timeNs(byte[] bytes, int begin, int end) {
    long seconds = 0;
    int at = begin;
    for (; at < end && isDigit(bytes[at]); ++at) {
      seconds = seconds * 10 + bytes[at] - '0';
      if (seconds > Long.MAX_VALUE / NANOSECONDS) return -1;
    }
    if (at == begin) return -1;
    long fraction = 0;
    int digits = 0;
    if (at < end) {
      if (bytes[at] != '.' || at + 1 == end) return -1;
      while (++at < end) {
        if (!isDigit(bytes[at])) return -1;
        if (digits < 9) {
          fraction = fraction * 10 + bytes[at] - '0';
          ++digits;
        }
      }
    }
    for (; digits < 9; ++digits) fraction *= 10;
    return Math.max(seconds * NANOSECONDS + fraction, -1); // negative when it has overflown
  }

  /** The fields are those of an IAMAT. */
  static byte[] atLine(byte[] server, long deltaNs, byte[] bytes, int[] fields) {
    long absolute = Math.abs(deltaNs);
    byte[] seconds = Long.toString(absolute / NANOSECONDS).getBytes(ISO_8859_1);
    int length = 3 + server.length + 2 + seconds.length + 10 + 1;
    for (int i = 2; i < 8; i += 2) length += fields[i + 1] - fields[i] + 1;
    byte[] line = new byte[length];
    line[0] = 'A';
    line[1] = 'T';
    line[2] = ' ';
    int at = append(server, 0, server.length, line, 3);
    line[at++] = ' ';
    line[at++] = (byte) (deltaNs < 0 ? '-' : '+');
    at = append(seconds, 0, seconds.length, line, at);
    line[at] = '.';
    long rest = absolute % NANOSECONDS;
    for (int i = 9; i > 0; --i, rest /= 10) line[at + i] = (byte) ('0' + rest % 10);
    at += 10;
    for (int i = 2; i < 8; i += 2) {
      line[at++] = ' ';
      at = append(bytes, fields[i], fields[i + 1], line, at);
    }
    line[at] = '\n';
    return line;
  }

  private static int append(byte[] from, int begin, int end, byte[] to, int at) {
    System.arraycopy(from, begin, to, at, end - begin);
    return at + end - begin;
  }
}
