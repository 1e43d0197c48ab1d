// A prompt for the text protocol of this node, shown only if --page_console allows it.
import {byId, el} from '/page/dom.js';
import {ask} from '/page/live.js';

const MOST_LINES = 400;

export function openConsole() {
  byId('console').hidden = false;
  const out = byId('console-out');
  const input = byId('console-line');
  const past = [];
  let at = 0;
  if (out.childElementCount > 0) return;
  input.value = `IAMAT me +34.0689-118.4451 ${Math.floor(Date.now() / 1000)}`;

  function print(kind, text) {
    out.append(el('span', {class: kind}, `${text}\n`));
    while (out.childElementCount > MOST_LINES) out.firstElementChild.remove();
    out.scrollTop = out.scrollHeight;
  }
  print('hint', 'IAMAT <client> <location> <time>   or   WHATSAT <client> <km> <places>');

  byId('console-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const line = input.value.trim();
    if (line === '') return;
    past.push(line);
    at = past.length;
    print('sent', `> ${line}`);
    input.value = line.startsWith('IAMAT') ? `WHATSAT ${line.split(/\s+/)[1] ?? 'me'} 10 3` : '';
    try {
      const reply = await ask('/page/console', {method: 'POST', body: line,
        headers: {'Content-Type': 'text/plain;charset=UTF-8'}});
      print('got', reply.trimEnd());
    } catch (error) {
      print('failed', error.message);
    }
  });
  input.addEventListener('keydown', (event) => {
    const step = {ArrowUp: -1, ArrowDown: 1}[event.key];
    if (step === undefined || past.length === 0) return;
    event.preventDefault();
    at = Math.min(Math.max(at + step, 0), past.length);
    input.value = past[at] ?? '';
  });
}
