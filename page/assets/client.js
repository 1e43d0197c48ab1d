// The card beside the map: shows a client, a cluster, a node, or what is near a spot.
import {byId, el} from '/page/dom.js';
import {age, place, plural} from '/page/format.js';
import {ask} from '/page/live.js';
import {nodeFacts, pageOf} from '/page/notices.js';

export class Card {
  // `closed()` is called when nothing is chosen any more.
  constructor(closed) {
    this.card = byId('card');
    this.closed = closed;
    this.number = 0;
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.card.hidden) this.close();
    });
  }

  close() {
    ++this.number;
    this.card.hidden = true;
    this.closed();
  }

  show(title, ...children) {
    this.card.hidden = false;
    this.card.replaceChildren(
        el('button', {type: 'button', class: 'close', 'aria-label': 'Close',
          onclick: () => this.close()}, '×'), el('h3', {}, title), ...children);
  }

  facts(pairs) {
    return el('dl', {}, ...pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
  }

  // Shows the node's answer, unless something else has been chosen in the meantime.
  async later(title, question, draw) {
    const number = ++this.number;
    this.show(title, el('p', {class: 'note'}, 'asking…'));
    try {
      const answer = JSON.parse(await ask(question));
      if (number === this.number) draw(answer);
    } catch (error) {
      if (number === this.number) this.show(title, el('p', {class: 'reason'}, error.message));
    }
  }

  showNode(node) {
    ++this.number;
    const page = pageOf(node);
    this.show(node.name, this.facts(nodeFacts(node)),
        page === null ? '' : el('p', {}, el('a', {href: page}, 'its own page')));
  }

  showCluster(cell, at, details) {
    ++this.number;
    const ids = cell.members.filter((member) => member.length > 3);
    this.show(plural(cell.clients, 'client'),
        el('p', {}, ids.length > 0 ? `around ${place(at)}:` : `within 11 km of ${place(at, 2)}`),
        el('ul', {class: 'ids'}, ...ids.slice(0, 50).map((member) => el('li', {},
            el('button', {type: 'button', onclick: () => this.showClient(member[3])}, member[3])))),
        ids.length > 0 ? '' : el('p', {class: 'note'}, details ?
            'too many to name each' : 'ids are shown by nodes with --page_details'));
  }

  showClient(id, found = () => {}) {
    return this.later(id, `/page/client?id=${encodeURIComponent(id)}`, (client) => {
      found(client.at);
      this.show(client.client, this.facts([
        ['reported', `${age(Date.now() / 1000 - client.received_ms / 1000)} ago, at ${client.server}`],
        ['is at', place(client.at, 5)],
      ]), el('pre', {class: 'at-line'}, client.at_line));
    });
  }

  showSpot(at, radius) {
    const title = `Near ${place(at, 3)}`;
    return this.later(title, `/page/spot?at=${at.map((n) => n.toFixed(6)).join(',')}&radius=${radius}`,
        ({places = []}) => {
          const credits = new Set(places.flatMap((one) => one.attributions ?? [])
              .map((one) => one.provider).filter(Boolean));
          this.show(title,
              places.length === 0 ? el('p', {}, `no place within ${kilometres(radius)}`) :
                el('ul', {class: 'places'}, ...places.map((one) => el('li', {},
                    el('b', {}, one.displayName?.text ?? one.id ?? ''),
                    el('span', {class: 'note'}, [one.primaryType ?? one.types?.[0],
                      one.formattedAddress].filter(Boolean).join(' · ').replaceAll('_', ' '))))),
              credits.size > 0 ? el('p', {class: 'note credits'}, [...credits].join(', ')) : '');
        });
  }
}

function kilometres(metres) {
  return metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1)} km`;
}
