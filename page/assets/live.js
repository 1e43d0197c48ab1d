// The connection to the node, which brings frames of JSON as long as the page is visible.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

// `handlers`: a function for each type of frame, and `state(up)` for the connection.
export function follow(handlers) {
  let socket = null;
  let pause = FIRST_PAUSE_MS;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    if (socket !== null || document.hidden) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const mine = socket = new WebSocket(`${scheme}://${location.host}/live`);
    mine.onmessage = ({data}) => {
      if (mine !== socket) return;
      const frame = JSON.parse(data);
      if (frame.type === 'hello') {
        pause = FIRST_PAUSE_MS;
        handlers.state(true);
      }
      handlers[frame.type]?.(frame);
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      socket = null;
      handlers.state(false);
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  }

  // A hidden page costs the node nothing; the next hello has everything that was missed.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return open();
    const old = socket;
    socket = null;
    old?.close();
  });
  open();
}

// Asks the node. Throws the node's error text if the node refuses.
export async function ask(path, options = {}) {
  const answer = await fetch(path, {cache: 'no-store', ...options});
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.trim() || answer.statusText);
  return text;
}
