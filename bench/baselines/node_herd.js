// A node of the herd in Node.js: a baseline for measurements of proxyherd.
//
//     node node_herd.js --herd=FILE --name=NAME
//
// Speaks the herd's text protocol on NAME's text port. Neighbours listen on the port that the herd
// file calls grpc, and are sent lines there: `HELLO NAME` once, then the AT lines of reports that
// are new. An AT line is the reply to the client, the flooded message and the stored record: its
// receive time is its delta plus its client time, exactly.
//
// Texts are Latin-1 strings, a byte for a character. Times are two numbers, seconds and
// nanoseconds, since a double cannot hold them as one and a BigInt is slow. It has no places,
// limits or log.
'use strict';

const fs = require('fs');
const net = require('net');

const NANOSECONDS = 1e9;
const GREATEST_SECONDS = 9223372036; // of 64-bit nanoseconds, with so many on top:
const GREATEST_NANOS = 854775807;
const MAX_LINE_BYTES = 4096;
const TOO_LONG_ECHO_BYTES = 64;
const LINK_BUFFER_BYTES = 2 ** 20; // unsent, before a neighbour counts as behind
const CATCH_UP_LINES = 1000; // of the table in one write to a neighbour that is behind
const RECONNECT_MS = 200;
const BACKLOG = 1024;

// Not \s, which takes other bytes for white space, too.
const SPACE = '[ \\t\\r\\f\\v]';
const WORD = '([^ \\t\\r\\f\\v]+)';
const fields = (...patterns) => new RegExp(`^${SPACE}*${patterns.join(`${SPACE}+`)}${SPACE}*$`);
const IAMAT = fields(
  'IAMAT', WORD,
  '([+-]0*(?:[0-8]?\\d(?:\\.\\d+)?|90(?:\\.0+)?)' +
    '[+-]0*(?:(?:1[0-7]\\d|\\d?\\d)(?:\\.\\d+)?|180(?:\\.0+)?))',
  '(0*(\\d{1,10})(?:\\.(\\d+))?)');
const WHATSAT = fields('WHATSAT', WORD, '(0*(?:[0-4]?\\d(?:\\.\\d+)?|50(?:\\.0+)?))',
  '(0*(?:1?\\d|20))');
const NO_PLACES = '{}\n\n';
const NO_PROVIDER = '{"error": {"code": 503, "message": "this server has no places", ' +
  '"status": "UNAVAILABLE"}}\n\n';

// Digits past the ninth do not count.
const toNanos = (fraction) =>
  fraction === undefined ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'));

// The exact difference of two times, as AT lines write it.
function deltaText(seconds, nanos) {
  const negative = seconds < 0 || (seconds === 0 && nanos < 0);
  if (negative) {
    seconds = -seconds;
    nanos = -nanos;
  }
  if (nanos < 0) {
    seconds -= 1;
    nanos += NANOSECONDS;
  }
  return `${negative ? '-' : '+'}${seconds}.${String(nanos).padStart(9, '0')}`;
}

// Decides between reports of equal client time: whether `a` beats `b`.
function outranks(a, b) {
  const mine = a.trim().split(' ');
  const theirs = b.trim().split(' ');
  const myDelta = BigInt(mine[2].replace('.', ''));
  const theirDelta = BigInt(theirs[2].replace('.', ''));
  // The client times are equal, so that the lesser delta was received earlier.
  if (myDelta !== theirDelta) return myDelta < theirDelta;
  for (const field of [1, 4, 5]) {
    if (mine[field] !== theirs[field]) return mine[field] > theirs[field];
  }
  return false;
}

// A part of a string keeps the whole of it alive, so kept parts are copied.
const copied = (text) => Buffer.from(text, 'latin1').latin1Slice();

// The table, and the links on which its changes leave.
class Herd {
  constructor(name) {
    this.name = name;
    this.table = new Map(); // client -> {seconds, nanos, line}
    this.links = [];
  }

  // The client's entry if the report is news, else null.
  merge(client, seconds, nanos, line) {
    const known = this.table.get(client);
    if (known === undefined) {
      const entry = { seconds, nanos, line };
      this.table.set(copied(client), entry);
      return entry;
    }
    if (seconds < known.seconds) return null;
    if (seconds === known.seconds) {
      if (nanos < known.nanos) return null;
      if (nanos === known.nanos) {
        // Most often the lines are equal: it came by two ways.
        if (line === known.line || !outranks(line, known.line)) return null;
      }
    }
    known.seconds = seconds;
    known.nanos = nanos;
    known.line = line;
    return known;
  }

  // Sends what is news to all neighbours but the one that it came from.
  flood(entries, source) {
    const chunk = Buffer.from(entries.map((entry) => entry.line).join(''), 'latin1');
    let at = 0;
    for (const entry of entries) {
      const end = at + entry.line.length;
      entry.line = chunk.latin1Slice(at, end); // a copy, as above
      at = end;
    }
    for (const link of this.links) if (link.neighbour !== source) link.send(entries, chunk);
  }
}

// The sending half of a link: dials until it has a connection, and again when it has none.
//
// A neighbour that does not keep up, or was away, is not sent every report: `behind` has the
// entries that it lacks, and it gets the newest of each. So what it costs has a bound.
class Link {
  constructor(herd, neighbour, address) {
    this.herd = herd;
    this.neighbour = neighbour;
    this.address = address;
    this.up = false;
    this.writable = false;
    this.pending = []; // leaves at the end of this turn of the loop
    this.behind = new Set();
  }

  dial() {
    this.socket = new net.Socket({ writableHighWaterMark: LINK_BUFFER_BYTES });
    this.socket.setNoDelay(true);
    this.socket.on('connect', () => this.connected());
    this.socket.on('drain', () => this.catchUp());
    this.socket.on('error', () => {}); // 'close' follows
    this.socket.on('close', () => this.closed());
    this.socket.resume(); // nothing comes; reading shows the end
    this.socket.connect(this.address);
  }

  connected() {
    this.up = true;
    this.socket.write(`HELLO ${this.herd.name}\n`, 'latin1');
    for (const entry of this.herd.table.values()) this.behind.add(entry);
    this.catchUp();
  }

  closed() {
    this.up = false;
    this.writable = false;
    this.pending = [];
    this.behind.clear(); // it gets the whole table when it returns
    setTimeout(() => this.dial(), RECONNECT_MS);
  }

  catchUp() {
    this.writable = true;
    while (this.writable && this.behind.size > 0) {
      const lines = [];
      for (const entry of this.behind) {
        this.behind.delete(entry);
        if (lines.push(entry.line) === CATCH_UP_LINES) break;
      }
      this.writable = this.socket.write(lines.join(''), 'latin1');
    }
  }

  send(entries, chunk) {
    if (!this.writable) {
      if (this.up) for (const entry of entries) this.behind.add(entry);
      return;
    }
    if (this.pending.push(chunk) === 1) setImmediate(() => this.flush());
  }

  flush() {
    const chunks = this.pending;
    this.pending = [];
    if (!this.up || chunks.length === 0) return;
    const written = this.socket.write(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    if (!written) this.writable = false;
  }
}

// Calls `handle` with the lines of each read, and at the end of input with an unended last one.
function onLines(socket, handle) {
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', () => {}); // 'close' follows
  socket.on('data', (data) => {
    const lines = (rest + data.latin1Slice()).split('\n');
    rest = lines.pop();
    if (lines.length > 0) handle(lines);
    if (rest.length > MAX_LINE_BYTES) {
      socket.end(`? ${rest.slice(0, TOO_LONG_ECHO_BYTES)}\n`, 'latin1');
      socket.removeAllListeners('data');
    }
  });
  socket.on('end', () => {
    if (rest !== '') handle([rest]);
    socket.end();
  });
}

// The receiving half of a link.
function serveNeighbour(herd, socket) {
  let neighbour = null;
  onLines(socket, (lines) => {
    if (neighbour === null) neighbour = lines.shift().split(' ')[1];
    const news = [];
    for (const line of lines) {
      const parts = line.split(' ');
      const [whole, fraction] = parts[5].split('.');
      const entry = herd.merge(parts[3], Number(whole), toNanos(fraction), `${line}\n`);
      if (entry !== null) news.push(entry);
    }
    if (news.length > 0) herd.flood(news, neighbour);
  });
}

// The reply to an IAMAT; adds to `news`. Null for a time that does not fit.
function answerIamat(herd, match, receivedMs, news) {
  const [, client, location, time, whole, fraction] = match;
  const seconds = Number(whole);
  const nanos = toNanos(fraction);
  if (seconds > GREATEST_SECONDS || (seconds === GREATEST_SECONDS && nanos > GREATEST_NANOS)) {
    return null;
  }
  const delta = deltaText(Math.floor(receivedMs / 1000) - seconds,
    (receivedMs % 1000) * 1e6 - nanos);
  const line = `AT ${herd.name} ${delta} ${client} ${location} ${time}\n`;
  const entry = herd.merge(client, seconds, nanos, line);
  if (entry !== null) news.push(entry);
  return line;
}

// The reply to a WHATSAT; null for an unknown client.
function answerWhatsat(herd, match) {
  const [, client, radius, bound] = match;
  const known = herd.table.get(client);
  if (known === undefined) return null;
  return known.line + (Number(radius) === 0 || Number(bound) === 0 ? NO_PLACES : NO_PROVIDER);
}

// A client's connection: one write answers all lines of one read.
function serveClient(herd, socket) {
  socket.on('drain', () => socket.resume());
  onLines(socket, (lines) => {
    const receivedMs = Date.now();
    const news = [];
    let replies = '';
    for (const line of lines) {
      let reply = null;
      let match;
      if ((match = IAMAT.exec(line)) !== null) {
        reply = answerIamat(herd, match, receivedMs, news);
      } else if ((match = WHATSAT.exec(line)) !== null) {
        reply = answerWhatsat(herd, match);
      }
      replies += reply ?? `? ${line.endsWith('\r') ? line.slice(0, -1) : line}\n`;
    }
    if (!socket.write(replies, 'latin1')) socket.pause();
    if (news.length > 0) herd.flood(news, null);
  });
}

const assignments = (words) => Object.fromEntries(words.map((word) => word.split(/=(.*)/)));

function main() {
  const { '--herd': file, '--name': name } = assignments(process.argv.slice(2));
  const nodes = {};
  const neighbours = [];
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const [word, ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (word === 'node') nodes[rest[0]] = assignments(rest.slice(1));
    if (word === 'link' && rest.includes(name)) neighbours.push(rest.find((end) => end !== name));
  }
  const address = (node, port) => ({ host: nodes[node].host, port: Number(nodes[node][port]) });
  const herd = new Herd(name);
  herd.links = neighbours.map((other) => new Link(herd, other, address(other, 'grpc')));
  const listen = (port, serve) => net.createServer({ allowHalfOpen: true },
    (socket) => serve(herd, socket)).listen({ ...address(name, port), backlog: BACKLOG });
  listen('grpc', serveNeighbour);
  listen('text', serveClient).on('listening', () => console.log(`${name} serves`));
  for (const link of herd.links) link.dial();
  process.on('SIGTERM', () => process.exit(0));
}

main();
