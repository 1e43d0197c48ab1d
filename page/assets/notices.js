// Shows the announcements, and what each node publishes about itself and its links.
import {byId, el, say} from '/page/dom.js';
import {age, count, day, place, plural, rate} from '/page/format.js';
import {isHeard} from '/page/layout.js';

export function showWords(words) {
  byId('words').replaceChildren(...words.map(({node, text, posted, expires}) =>
    el('li', {}, el('span', {class: 'said'}, text),
        el('span', {class: 'note'}, `${node}, ${day(posted)}; until ${day(expires)}`))));
}

// Returns the address of a node's own page. A bare name is a container's, which only containers can
// resolve; their ports are on the host of this page.
export function pageOf(node) {
  if (!node.host || !node.http) return null;
  const known = /[.:]/.test(node.host) || node.host === 'localhost';
  const host = known ? node.host : location.hostname;
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${node.http}/`;
}

function linkChip({to, out, in: back}) {
  const state = out && back ? 'up' : out || back ? 'half' : 'down';
  const words = {up: 'up', half: out ? 'only to it' : 'only from it', down: 'down'}[state];
  return el('span', {class: `chip ${state}`}, to, el('span', {class: 'chip-words'}, words));
}

function row(node, own) {
  const page = pageOf(node);
  const heard = isHeard(node);
  const name = node.name === own || page === null ? node.name :
      el('a', {href: page, title: `the page of ${node.name}`}, node.name);
  const full = node.max_connections > 0 ? ` of ${count(node.max_connections)}` : '';
  const cell = (label, ...children) => el('td', {'data-label': label}, ...children);
  const numeric = (label, text) => el('td', {class: 'num', 'data-label': label}, text);
  return el('tr', {class: heard ? '' : 'silent', 'data-node': node.name},
      el('th', {scope: 'row'}, name, node.name === own ? el('span', {class: 'note'}, ' here') : ''),
      cell('State', el('span', {class: `pill ${node.state}`}, node.state),
          node.reason ? el('span', {class: 'reason'}, node.reason) : ''),
      cell('Clients connect to', node.host ? el('code', {}, `${node.host}:${node.text}`) : '–'),
      numeric('Connections', heard ? `${count(node.connections ?? 0)}${full}` : '–'),
      numeric('Reports/s', heard ? rate(node.reports ?? 0) : '–'),
      cell('Its links', ...(heard ? node.links ?? [] : []).map(linkChip)),
      cell('Since', heard && node.since ? el('span', {title: day(node.since)},
          age(Date.now() / 1000 - node.since)) : '–'));
}

export function showNodes(nodes, own, leftOut) {
  byId('nodes').replaceChildren(...nodes.map((node) => row(node, own)));
  say(byId('nodes-note'), leftOut > 0 ? `and ${plural(leftOut, 'more node')} that are not shown` : '');
}

// Returns what the card beside the map shows about a node.
export function nodeFacts(node) {
  return [
    ['state', node.reason ? `${node.state}: ${node.reason}` : node.state],
    ['clients', node.host ? `${node.host}:${node.text}` : '–'],
    ['stands at', node.at ? place(node.at) : '–'],
    ['version', node.version ?? '–'],
  ];
}
