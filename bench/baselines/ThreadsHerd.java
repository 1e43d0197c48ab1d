// A node of the herd in Java's threads: a baseline for measurements of proxyherd.
//
//     javac -d DIR Text.java ThreadsHerd.java && java -cp DIR ThreadsHerd --herd=FILE --name=NAME
//
// Speaks the herd's text protocol on NAME's text port, with a thread for each connection.
// Neighbours listen on the port that the herd file calls grpc, and are sent lines there: `HELLO
// NAME` once, then the AT lines of reports that are new. An AT line is the reply to the client,
// the flooded message and the stored record: its receive time is its delta plus its client time.
//
// Texts are held as Latin-1 strings, a byte for a character, so that they compare as bytes. It has
// no places, limits or log.

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

public final class ThreadsHerd {
  static final long NANOSECONDS = 1_000_000_000L;
  static final int BUFFER_BYTES = 16384;
  static final int MAX_LINE_BYTES = 4096;
  static final int TOO_LONG_ECHO_BYTES = 64;
  static final long QUEUE_BYTES = 1 << 20; // unsent, before a neighbour counts as behind
  static final long RECONNECT_MS = 200;
  static final int BACKLOG = 1024;

  final byte[] name;
  final ConcurrentHashMap<String, Report> table = new ConcurrentHashMap<>();
  final List<Link> links = new ArrayList<>();

  ThreadsHerd(String name) {
    this.name = name.getBytes(ISO_8859_1);
  }

  /** What is known of a client. The AT line has its end. */
  record Report(long timeNs, byte[] atLine) {
    boolean beats(Report other) {
      if (timeNs != other.timeNs) return timeNs > other.timeNs;
      if (Arrays.equals(atLine, other.atLine)) return false; // most often: it came by two ways
      return compareRank(other) > 0;
    }

    /** What decides between reports of equal client time. */
    private int compareRank(Report other) {
      String[] mine = new String(atLine, ISO_8859_1).trim().split(" ");
      String[] theirs = new String(other.atLine, ISO_8859_1).trim().split(" ");
      // The client times are equal, so that the lesser delta was received earlier.
      int order = Long.compare(delta(theirs[2]), delta(mine[2]));
      for (int field : new int[] {1, 4, 5}) {
        if (order == 0) order = mine[field].compareTo(theirs[field]);
      }
      return order;
    }

    private static long delta(String text) {
      return Long.parseLong(text.replace(".", ""));
    }
  }

  /** Whether the report is news. */
  boolean merge(String client, Report report) {
    return table.merge(client, report, (known, now) -> now.beats(known) ? now : known) == report;
  }

  /** Sends what is news to all neighbours but the one that it came from. */
  void flood(List<String> clients, byte[] atLines, String source) {
    for (Link link : links) {
      if (!link.neighbour.equals(source)) link.send(clients, atLines);
    }
  }

  /**
   * The sending half of a link: a thread that dials until it has a connection, and writes what is
   * queued, flushing when nothing more is. A neighbour that does not keep up, or was away, is not
   * sent every report: `behind` names the clients that it lacks, and it gets the newest of each.
   */
  final class Link extends Thread {
    static final byte[] WAKE = {}; // makes the thread look at `behind` and at its connection
    final String neighbour;
    final InetSocketAddress address;
    final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    final AtomicLong queuedBytes = new AtomicLong();
    final Set<String> behind = ConcurrentHashMap.newKeySet();
    volatile boolean up;

    Link(String neighbour, InetSocketAddress address) {
      super("link to " + neighbour);
      this.neighbour = neighbour;
      this.address = address;
    }

    void send(List<String> clients, byte[] atLines) {
      if (!up) return; // it gets the whole table when it returns
      if (queuedBytes.get() < QUEUE_BYTES) {
        queuedBytes.addAndGet(atLines.length);
        queue.add(atLines);
      } else {
        behind.addAll(clients);
        if (queue.isEmpty()) queue.add(WAKE); // the thread may be waiting already
      }
    }

    @Override
    public void run() {
      while (true) {
        try (Socket socket = new Socket()) {
          socket.setTcpNoDelay(true);
          socket.connect(address);
          up = true;
          behind.addAll(table.keySet());
          new Thread(() -> awaitEnd(socket)).start();
          write(socket);
        } catch (IOException e) {
          up = false; // the neighbour is away; see below
        }
        queue.clear();
        queuedBytes.set(0);
        behind.clear();
        try {
          Thread.sleep(RECONNECT_MS);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    /** A neighbour never says anything here, so that reading shows its end at once. */
    private void awaitEnd(Socket socket) {
      try (socket) {
        while (socket.getInputStream().read() >= 0) {}
      } catch (IOException e) {
        // That is the end, too.
      }
      queue.add(WAKE);
    }

    private void write(Socket socket) throws IOException {
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
      out.write(("HELLO " + new String(name, ISO_8859_1) + "\n").getBytes(ISO_8859_1));
      while (true) {
        byte[] chunk = queue.poll();
        if (chunk == null) {
          catchUp(out);
          out.flush();
          try {
            chunk = queue.take();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        if (socket.isClosed()) throw new IOException("the neighbour has gone");
        out.write(chunk);
        queuedBytes.addAndGet(-chunk.length);
      }
    }

    private void catchUp(OutputStream out) throws IOException {
      for (String client : behind) {
        behind.remove(client); // before it is read: a later change adds it again
        out.write(table.get(client).atLine());
      }
    }
  }

  /** A connection that lines come in on: a thread that handles the lines of each read. */
  abstract class Lines extends Thread {
    final Socket socket;
    byte[] buffer = new byte[BUFFER_BYTES];

    Lines(Socket socket) {
      this.socket = socket;
    }

    abstract void handle(byte[] bytes, int begin, int end);

    /** After the lines of one read. */
    void endBatch() throws IOException {}

    @Override
    public void run() {
      try (socket) {
        socket.setTcpNoDelay(true);
        read(socket.getInputStream());
      } catch (IOException e) {
        // The other end has gone.
      }
    }

    private void read(InputStream in) throws IOException {
      int kept = 0;
      int count;
      while ((count = in.read(buffer, kept, buffer.length - kept)) >= 0) {
        int filled = kept + count;
        int begin = 0;
        for (int at = kept; at < filled; ++at) {
          if (buffer[at] != '\n') continue;
          handle(buffer, begin, at);
          begin = at + 1;
        }
        kept = filled - begin;
        if (kept > MAX_LINE_BYTES) {
          handle(buffer, begin, begin + TOO_LONG_ECHO_BYTES);
          endBatch();
          return;
        }
        System.arraycopy(buffer, begin, buffer, 0, kept);
        endBatch();
      }
      if (kept > 0) handle(buffer, 0, kept); // the last line needs no end
      endBatch();
    }
  }

  /** The receiving half of a link. */
  final class Neighbour extends Lines {
    private String neighbour;
    private final int[] fields = new int[2 * 6];
    private List<String> clients = new ArrayList<>();
    private final ByteArrayOutputStream news = new ByteArrayOutputStream();

    Neighbour(Socket socket) {
      super(socket);
    }

    @Override
    void handle(byte[] bytes, int begin, int end) {
      if (neighbour == null) {
        neighbour = new String(bytes, begin, end - begin, ISO_8859_1).split(" ")[1];
        return;
      }
      Text.split(bytes, begin, end, fields);
      String client = new String(bytes, fields[6], fields[7] - fields[6], ISO_8859_1);
      long timeNs = Text.timeNs(bytes, fields[10], fields[11]);
      byte[] line = Arrays.copyOfRange(bytes, begin, end + 1);
      if (!merge(client, new Report(timeNs, line))) return;
      clients.add(client);
      news.write(line, 0, line.length);
    }

    @Override
    void endBatch() {
      if (clients.isEmpty()) return;
      flood(clients, news.toByteArray(), neighbour);
      clients = new ArrayList<>();
      news.reset();
    }
  }

  /** A client's connection: one write answers all lines of one read. */
  final class Client extends Lines {
    private static final byte[] NO_PLACES = "{}\n\n".getBytes(ISO_8859_1);
    private static final byte[] NO_PROVIDER =
        ("{\"error\": {\"code\": 503, \"message\": \"this server has no places\", "
                + "\"status\": \"UNAVAILABLE\"}}\n\n")
            .getBytes(ISO_8859_1);

    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
    private final ByteArrayOutputStream news = new ByteArrayOutputStream();
    private List<String> clients = new ArrayList<>();
    private final int[] fields = new int[2 * 4];
    private long receivedNs; // of this batch; 0 before its first line

    Client(Socket socket) {
      super(socket);
    }

    @Override
    void handle(byte[] bytes, int begin, int end) {
      if (receivedNs == 0) {
        Instant now = Instant.now();
        receivedNs = now.getEpochSecond() * NANOSECONDS + now.getNano();
      }
      if (Text.split(bytes, begin, end, fields) == 4) {
        if (Text.equals(bytes, fields[0], fields[1], "IAMAT") && iamat(bytes)) return;
        if (Text.equals(bytes, fields[0], fields[1], "WHATSAT") && whatsat(bytes)) return;
      }
      if (end > begin && bytes[end - 1] == '\r') --end;
      replies.write('?');
      replies.write(' ');
      replies.write(bytes, begin, end - begin);
      replies.write('\n');
    }

    private boolean iamat(byte[] bytes) {
      long timeNs = Text.timeNs(bytes, fields[6], fields[7]);
      if (timeNs < 0 || !Text.isLocation(bytes, fields[4], fields[5])) return false;
      byte[] line = Text.atLine(name, receivedNs - timeNs, bytes, fields);
      replies.write(line, 0, line.length);
      String client = new String(bytes, fields[2], fields[3] - fields[2], ISO_8859_1);
      if (merge(client, new Report(timeNs, line))) {
        clients.add(client);
        news.write(line, 0, line.length);
      }
      return true;
    }

    private boolean whatsat(byte[] bytes) {
      if (!Text.isAtMost(bytes, fields[4], fields[5], 50)) return false;
      if (!Text.isAtMost(bytes, fields[6], fields[7], 20)) return false;
      if (Text.find(bytes, fields[6], fields[7], '.') >= 0) return false;
      String client = new String(bytes, fields[2], fields[3] - fields[2], ISO_8859_1);
      Report report = table.get(client);
      if (report == null) return false;
      boolean nothing =
          Text.isAtMost(bytes, fields[4], fields[5], 0)
              || Text.isAtMost(bytes, fields[6], fields[7], 0);
      byte[] places = nothing ? NO_PLACES : NO_PROVIDER;
      replies.write(report.atLine(), 0, report.atLine().length);
      replies.write(places, 0, places.length);
      return true;
    }

    @Override
    void endBatch() throws IOException {
      receivedNs = 0;
      if (replies.size() > 0) replies.writeTo(socket.getOutputStream());
      replies.reset();
      if (clients.isEmpty()) return;
      flood(clients, news.toByteArray(), null);
      clients = new ArrayList<>();
      news.reset();
    }
  }

  interface Handler {
    Thread make(Socket socket);
  }

  /** Starts a thread for each connection, for ever. */
  static void listen(InetSocketAddress address, Handler handler) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(address, BACKLOG);
    new Thread(() -> accept(server, handler)).start();
  }

  private static void accept(ServerSocket server, Handler handler) {
    while (true) {
      try {
        handler.make(server.accept()).start();
      } catch (IOException e) {
        System.err.println("a connection could not be accepted: " + e.getMessage());
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = assignments(arguments, 0);
    String name = options.get("--name");
    ThreadsHerd node = new ThreadsHerd(name);
    Map<String, Map<String, String>> nodes = new HashMap<>();
    List<String> neighbours = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(options.get("--herd")))) {
      String[] fields = line.replaceAll("#.*", "").trim().split("\\s+");
      if (fields[0].equals("node")) nodes.put(fields[1], assignments(fields, 2));
      if (!fields[0].equals("link")) continue;
      if (fields[1].equals(name)) neighbours.add(fields[2]);
      if (fields[2].equals(name)) neighbours.add(fields[1]);
    }
    for (String other : neighbours) {
      node.links.add(node.new Link(other, address(nodes.get(other), "grpc")));
    }
    listen(address(nodes.get(name), "grpc"), socket -> node.new Neighbour(socket));
    listen(address(nodes.get(name), "text"), socket -> node.new Client(socket));
    for (Link link : node.links) link.start();
    System.out.println(name + " serves");
  }

  static Map<String, String> assignments(String[] words, int from) {
    Map<String, String> found = new HashMap<>();
    for (String word : Arrays.asList(words).subList(from, words.length)) {
      String[] parts = word.split("=", 2);
      found.put(parts[0], parts[1]);
    }
    return found;
  }

  static InetSocketAddress address(Map<String, String> node, String port) {
    return new InetSocketAddress(node.get("host"), Integer.parseInt(node.get(port)));
  }
}
