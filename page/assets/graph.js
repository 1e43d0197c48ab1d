// Draws the herd as a graph: nodes, links with their state, and the traffic on this node's links.
import {byId, onLook, say, svg} from '/page/dom.js';
import {micros, plural, rate} from '/page/format.js';
import {byPlace, linksOf, ring, verdict} from '/page/layout.js';

const RADIUS = 17;
const MARGIN = {x: 66, y: 44};
// Records per second above which the dashes of a link move at this speed.
const SPEEDS = [[1000, 'fast'], [50, 'brisk'], [0, 'slow']];

export class Graph {
  // `select(node)` is called when a node is clicked.
  constructor(select) {
    this.svg = byId('graph');
    this.select = select;
    this.nodes = [];
    this.live = new Map();  // this node's links, by neighbour
    this.arrange = ring;
    for (const [id, arrange] of [['by-ring', ring], ['by-place', byPlace]]) {
      byId(id).addEventListener('click', () => {
        this.arrange = arrange;
        byId('by-ring').setAttribute('aria-pressed', String(arrange === ring));
        byId('by-place').setAttribute('aria-pressed', String(arrange === byPlace));
        this.draw();
      });
    }
    onLook(this.svg, () => this.draw());
  }

  setHerd(nodes, own) {
    this.nodes = nodes;
    this.own = own;
    this.draw();
  }

  // Updates only the traffic; called every second.
  setLinks(links) {
    this.live = new Map(links.map((link) => [link.to, link]));
    for (const [key, parts] of this.parts ?? []) this.showFlow(key, parts);
  }

  draw() {
    const {clientWidth: width, clientHeight: height} = this.svg;
    if (width === 0) return;
    const places = this.arrange(this.nodes, width, height, MARGIN);
    const links = linksOf(this.nodes).filter(({a, b}) => places.has(a) && places.has(b));
    this.parts = new Map();
    const middle = {x: width / 2, y: height / 2};
    this.svg.replaceChildren(
        svg('g', {}, ...links.map((link) => this.drawLink(link, places))),
        svg('g', {}, ...this.nodes.map((node) => this.drawNode(node, places.get(node.name), middle))),
        svg('g', {class: 'measures'}, ...[...this.parts.values()].map((parts) => parts.words)));
    for (const [key, parts] of this.parts) this.showFlow(key, parts);
    say(byId('graph-words'), this.inWords(links));
  }

  drawLink({a, b, state}, places) {
    // Dashes move along the line, so it must begin at this node.
    const [from, to] = b === this.own ? [b, a] : [a, b];
    const [p, q] = [places.get(from), places.get(to)];
    const ends = {x1: p.x, y1: p.y, x2: q.x, y2: q.y};
    const group = svg('g', {class: `link ${state}`, 'data-link': `${a} ${b}`},
        svg('title', {}, `${a} – ${b}: ${state === 'half' ? 'one way' : state}`),
        svg('line', {class: 'base', ...ends}));
    if (state === 'down') {
      const [mx, my] = [(p.x + q.x) / 2, (p.y + q.y) / 2];
      group.append(svg('path', {class: 'cross', d: `M${mx - 5} ${my - 5}l10 10m0 -10l-10 10`}));
    }
    if (from === this.own) {
      // The two directions lie side by side, as on a road.
      const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
      const aside = {x: (q.y - p.y) / length * 4, y: -(q.x - p.x) / length * 4};
      const lane = (side) => ({x1: p.x + aside.x * side, y1: p.y + aside.y * side,
        x2: q.x + aside.x * side, y2: q.y + aside.y * side});
      const out = svg('line', {class: 'flow out', ...lane(-1)});
      const back = svg('line', {class: 'flow back', ...lane(1)});
      // Closer to the neighbour, so that the labels of two links do not overlap.
      const words = svg('text', {class: 'measure', x: p.x + (q.x - p.x) * 0.55,
        y: p.y + (q.y - p.y) * 0.55 - 10});
      group.append(out, back);
      this.parts.set(to, {out, back, words});
    }
    return group;
  }

  showFlow(neighbour, {out, back, words}) {
    const link = this.live.get(neighbour);
    const speed = (n) => n > 0 ? SPEEDS.find(([least]) => n > least)[1] : 'still';
    out.setAttribute('class', `flow out ${speed(link?.sent ?? 0)}`);
    back.setAttribute('class', `flow back ${speed(link?.received ?? 0)}`);
    const up = link?.out === 'up' && link?.in === 'up';
    const parts = up ? [micros(link.rtt_us)] : [];
    if (up && link.sent + link.received >= 0.5) {
      parts.push(`↑${rate(link.sent)} ↓${rate(link.received)}/s`);
    }
    if (up && link.lag > 0) parts.push(`${plural(link.lag, 'record')} behind`);
    if (up && link.repairing) parts.push('repairing');
    say(words, parts.join(' · '));
  }

  drawNode(node, at, middle) {
    const above = at.y < middle.y - 20;
    const label = svg('text', {class: 'name', y: above ? -RADIUS - 9 : RADIUS + 19}, node.name);
    const state = svg('text', {class: 'node-state', y: above ? -RADIUS - 26 : RADIUS + 35},
        node.state === 'serving' ? '' : node.state);
    const choose = () => this.select(node);
    return svg('g', {
      class: `node ${node.state}${node.name === this.own ? ' own' : ''}`, tabindex: 0,
      role: 'button', 'aria-label': `${node.name}, ${node.state}`, 'data-node': node.name,
      transform: `translate(${at.x} ${at.y})`, onclick: choose,
      onkeydown: (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
      }},
    svg('circle', {class: 'halo', r: RADIUS + 6}),
    svg('circle', {class: 'disc', r: RADIUS}),
    svg('text', {class: 'initial', y: 5}, node.name.slice(0, 2)), label, state);
  }

  inWords(links) {
    const wrong = links.filter((link) => link.state !== 'up')
        .map(({a, b, state}) => `${a} to ${b} is ${state === 'half' ? 'one way' : 'down'}`);
    return [verdict(this.nodes, links).text, ...wrong].join('. ');
  }
}
