// Draws the clients on a map of the world.
import {ask} from '/page/live.js';
import {byId, onLook, say, sharp, style} from '/page/dom.js';
import {plural, shortCount} from '/page/format.js';
import {linksOf} from '/page/layout.js';
import {joined, View} from '/page/projection.js';

const APART = 46;          // pixels between clusters
const PULSE_MS = 1600;
const NEAR = 14;           // pixels within which a click finds something
const ASK_PAUSE_MS = 250;  // after the map has stopped moving
const CELL = 0.1;          // degrees: size of the node's finest cells
const MAX_LEVEL = 9;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export class WorldMap {
  // `select(what)` is called with {cluster}, {client}, {node} or {spot}, and its place `at`.
  constructor(select) {
    this.canvas = byId('map');
    this.select = select;
    this.view = new View();
    this.land = null;
    this.world = null;    // the last frame
    this.current = false; // `world` comes from the node's present process
    this.part = null;     // the last answer about a part, and its `box`
    this.nodes = [];
    this.pulses = [];
    this.chosen = null;   // a place
    this.fitted = false;
    this.touched = false;  // the user has moved the map
    this.listen();
    onLook(this.canvas, () => this.draw());
    fetch('/page/world.json').then((answer) => answer.json()).then((world) => {
      this.land = {land: world.land.map(toPath), borders: world.borders.map(toPath)};
      this.draw();
    }).catch(() => {});
  }

  setNodes(nodes, own) {
    this.nodes = nodes;
    this.own = own;
    this.firstFit();
    this.draw();
  }

  setMap(frame) {
    this.world = frame;
    this.current = true;
    this.firstFit();
    if (this.isPart()) this.askSoon();
    this.draw();
  }

  setSeen(points) {
    const now = performance.now();
    for (const at of points) this.pulses.push({at, since: now});
    this.pulses = this.pulses.slice(-200);
    if (points.length > 0) this.draw();
  }

  // The map may be out of date: the node must not be asked before it has sent a new one.
  setLost() {
    this.current = false;
  }

  choose(at) {
    this.chosen = at;
    this.draw();
  }

  goTo(at, scale) {
    this.touched = true;
    this.view.fit([at]);
    this.view.scale = scale;
    this.view.hold();
    this.moved();
  }

  // Shows all clients and nodes, unless the user has moved the map.
  firstFit() {
    if (this.touched || this.world === null || this.nodes.length === 0) return;
    const [west, south, east, north] = this.view.box(0);
    const outside = this.world.clusters.some(([y, x]) => x < west || x > east || y < south || y > north);
    if (!outside && this.fitted) return;
    this.fitted = true;
    this.fit();
  }

  fit() {
    const {width, height} = sharp(this.canvas);
    Object.assign(this.view, {width, height});
    const places = this.nodes.filter((node) => node.at).map((node) => node.at);
    this.view.fit([...places, ...(this.world?.clusters ?? [])]);
    this.moved();
  }

  // Returns true if only a part of the world is visible, for which the node must be asked.
  isPart() {
    return this.view.scale > 2.2 * this.view.leastScale();
  }

  moved() {
    this.draw();
    if (this.isPart()) this.askSoon();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.askPart(), ASK_PAUSE_MS);
  }

  async askPart() {
    if (document.hidden || !this.current) return;
    const size = APART * 0.6 / this.view.scale;
    const level = Math.min(Math.max(Math.floor(Math.log2(size / CELL)), 0), MAX_LEVEL);
    const box = this.view.box();
    const number = this.asked = (this.asked ?? 0) + 1;
    try {
      const text = await ask(`/page/map?box=${box.map((n) => n.toFixed(4)).join(',')}&level=${level}`);
      if (number !== this.asked) return;
      this.part = {...JSON.parse(text), box};
      this.draw();
    } catch {
      // The next frame asks again.
    }
  }

  // Returns the part's clusters, and the world's clusters outside the part.
  clusters() {
    if (!this.part || !this.isPart()) return this.world?.clusters ?? [];
    const [west, south, east, north] = this.part.box;
    const seen = this.view.box(0);
    const covered = seen[0] >= west && seen[1] >= south && seen[2] <= east && seen[3] <= north;
    return covered ? this.part.clusters : [...this.part.clusters, ...this.world.clusters.filter(
        ([y, x]) => x < west || x > east || y < south || y > north)];
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.paint();
    });
  }

  paint() {
    const {context, width, height} = sharp(this.canvas);
    if (width === 0) return;
    Object.assign(this.view, {width, height});
    this.view.hold();
    context.fillStyle = style('--sea');
    context.fillRect(0, 0, width, height);
    if (this.land !== null) this.paintLand(context);
    this.paintNodes(context);
    this.paintClusters(context);
    this.paintPulses(context);
    if (this.chosen !== null) this.paintChosen(context);
    this.paintScale(context);
    if (document.activeElement === this.canvas && this.canvas.matches(':focus-visible')) {
      const [x, y] = [width / 2, height / 2];
      context.strokeStyle = style('--ink');
      context.lineWidth = 1;
      context.stroke(new Path2D(`M${x - 9} ${y}h18M${x} ${y - 9}v18`));
    }
  }

  paintLand(context) {
    const {view} = this;
    context.save();
    context.translate(view.width / 2, view.height / 2);
    context.scale(view.scale, view.scale);
    context.lineJoin = 'round';
    for (const turn of [-360, 0, 360]) {
      context.save();
      context.translate(turn - view.x, -view.y);
      context.fillStyle = style('--land');
      context.strokeStyle = style('--coast');
      context.lineWidth = 0.8 / view.scale;
      for (const path of this.land.land) context.fill(path, 'evenodd');
      for (const path of this.land.land) context.stroke(path);
      context.strokeStyle = style('--border');
      context.lineWidth = 0.6 / view.scale;
      for (const path of this.land.borders) context.stroke(path);
      context.restore();
    }
    context.restore();
  }

  paintNodes(context) {
    const at = new Map(this.nodes.filter((node) => node.at)
        .map((node) => [node.name, this.view.toScreen(...node.at)]));
    context.lineWidth = 1.2;
    for (const {a, b, state} of linksOf(this.nodes)) {
      if (!at.has(a) || !at.has(b)) continue;
      context.setLineDash(state === 'up' ? [] : [4, 4]);
      context.strokeStyle = style(state === 'up' ? '--link' : state === 'half' ? '--warn' : '--bad');
      context.beginPath();
      context.moveTo(at.get(a).x, at.get(a).y);
      context.lineTo(at.get(b).x, at.get(b).y);
      context.stroke();
    }
    context.setLineDash([]);
    const spread = this.spread([...at.values()]);
    context.font = `600 12px ${style('--sans')}`;
    context.textAlign = 'center';
    for (const node of this.nodes) {
      const p = at.get(node.name);
      if (p === undefined) continue;
      const size = node.name === this.own ? 7 : 5.5;
      context.fillStyle = style(`--${node.state}`) || style('--unreachable');
      context.strokeStyle = style('--panel');
      context.lineWidth = 2;
      const diamond = new Path2D(`M${p.x} ${p.y - size}L${p.x + size} ${p.y}L${p.x} ${p.y + size}` +
          `L${p.x - size} ${p.y}Z`);
      context.fill(diamond);
      context.stroke(diamond);
      if (spread) this.text(context, node.name, p.x, p.y - size - 6, '--ink');
    }
  }

  // Returns true if the names of nodes would not overlap.
  spread(points) {
    return points.every((p, i) => points.every((q, j) =>
      i >= j || Math.abs(p.x - q.x) > 56 || Math.abs(p.y - q.y) > 15));
  }

  text(context, text, x, y, colour) {
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = style('--panel');
    context.strokeText(text, x, y);
    context.fillStyle = style(colour);
    context.fillText(text, x, y);
  }

  paintClusters(context) {
    const [ink, fill, ring] = [style('--on-client'), style('--client'), style('--client-ring')];
    const {width, height} = this.view;
    this.shown = joined(this.clusters(), this.view, APART)
        .filter(({x, y}) => x > -30 && y > -30 && x < width + 30 && y < height + 30);
    context.textAlign = 'center';
    let clients = 0;
    for (const cell of this.shown) {
      if (cell.x >= 0 && cell.y >= 0 && cell.x <= width && cell.y <= height) clients += cell.clients;
      const single = cell.clients === 1;
      context.beginPath();
      context.arc(cell.x, cell.y, cell.r, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.fill();
      context.lineWidth = single ? 1.5 : 3;
      context.strokeStyle = ring;
      context.stroke();
      if (single) continue;
      context.font = `600 ${cell.r > 13 ? 11 : 10}px ${style('--sans')}`;
      context.fillStyle = ink;
      context.fillText(shortCount(cell.clients), cell.x, cell.y + 3.8);
    }
    const all = this.world?.clients ?? 0;
    say(byId('map-words'), this.world === null ? 'being counted' : all === 0 ? 'nobody yet' :
        clients === all ? plural(all, 'client') : `${plural(clients, 'client')} in view of ` +
        shortCount(all));
  }

  paintPulses(context) {
    const now = performance.now();
    this.pulses = this.pulses.filter(({since}) => now - since < PULSE_MS);
    context.strokeStyle = style('--pulse');
    for (const {at, since} of this.pulses) {
      const part = calm.matches ? 0.4 : (now - since) / PULSE_MS;
      const p = this.view.toScreen(...at);
      context.globalAlpha = calm.matches ? 0.8 : (1 - part) ** 1.5;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(p.x, p.y, 5 + 20 * part, 0, 2 * Math.PI);
      context.stroke();
    }
    context.globalAlpha = 1;
    if (this.pulses.length > 0) this.draw();
  }

  paintChosen(context) {
    const p = this.view.toScreen(...this.chosen);
    context.strokeStyle = style('--ink');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(p.x, p.y, 10, 0, 2 * Math.PI);
    context.stroke();
  }

  // Draws the scale, which is valid at the middle of the screen.
  paintScale(context) {
    const [latitude] = this.view.toPlace(this.view.width / 2, this.view.height / 2);
    const pixels = this.view.scale / (111.195 * Math.cos(latitude * Math.PI / 180));
    const unit = 10 ** Math.floor(Math.log10(100 / pixels));
    const length = [5, 2, 1].map((n) => n * unit).find((n) => n * pixels <= 100);
    const y = this.view.height - 12;
    context.strokeStyle = style('--muted');
    context.lineWidth = 1.2;
    context.stroke(new Path2D(`M12 ${y - 4}v4h${length * pixels}v-4`));
    context.font = `11px ${style('--sans')}`;
    context.textAlign = 'left';
    this.text(context, length < 1 ? `${Math.round(length * 1000)} m` : `${length} km`, 16, y - 5,
        '--muted');
  }

  // Selects what is at a point of the screen.
  pick(x, y) {
    const away = (p) => Math.hypot(p.x - x, p.y - y);
    const cells = (this.shown ?? []).filter((cell) => away(cell) <= Math.max(cell.r, NEAR))
        .sort((a, b) => away(a) - away(b));
    if (cells.length > 0) return this.pickCell(cells[0]);
    const node = this.nodes.filter((one) => one.at)
        .find((one) => away(this.view.toScreen(...one.at)) <= NEAR);
    if (node !== undefined) return this.select({node, at: node.at});
    const at = this.view.toPlace(x, y);
    const metres = 60 / this.view.scale * 111_195 * Math.cos(at[0] * Math.PI / 180);
    this.select({spot: at, at, radius: Math.round(Math.min(Math.max(metres, 500), 50_000))});
  }

  pickCell(cell) {
    const at = this.view.toPlace(cell.x, cell.y);
    const [only] = cell.members;
    if (cell.clients === 1 && only.length > 3) {
      return this.select({client: only[3], at: [only[0], only[1]]});
    }
    // If the finest cells are already this large, zooming in would show no more.
    const finest = this.view.scale * CELL > 6 * APART;
    if (cell.clients === 1 || finest) return this.select({cluster: cell, at});
    this.view.zoom(4, cell.x, cell.y);
    this.moved();
  }

  listen() {
    const {canvas} = this;
    const fingers = new Map();
    let dragged = 0;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (fingers.size === 0) dragged = 0;
      fingers.set(event.pointerId, {x: event.offsetX, y: event.offsetY});
    });
    canvas.addEventListener('pointermove', (event) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const now = {x: event.offsetX, y: event.offsetY};
      fingers.set(event.pointerId, now);
      dragged += Math.hypot(now.x - before.x, now.y - before.y);
      if (fingers.size === 2) {
        const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
        const span = (p) => Math.max(Math.hypot(p.x - other.x, p.y - other.y), 1);
        this.view.zoom(span(now) / span(before), other.x, other.y);
      } else if (dragged > 4) {
        this.view.x -= (now.x - before.x) / this.view.scale;
        this.view.y -= (now.y - before.y) / this.view.scale;
        this.view.hold();
      }
      this.moved();
    });
    const lift = (event) => {
      const clicked = event.type === 'pointerup' && fingers.size === 1 && dragged <= 4;
      if (fingers.delete(event.pointerId) && clicked) this.pick(event.offsetX, event.offsetY);
    };
    canvas.addEventListener('pointerup', lift);
    canvas.addEventListener('pointercancel', lift);
    // The wheel scrolls the page until the map has the focus.
    canvas.addEventListener('wheel', (event) => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      this.view.zoom(Math.exp(-event.deltaY * 0.0025), event.offsetX, event.offsetY);
      this.moved();
    }, {passive: false});
    canvas.addEventListener('keydown', (event) => this.onKey(event));
    for (const type of ['focus', 'blur']) canvas.addEventListener(type, () => this.draw());
    const touch = () => this.touched = true;
    for (const type of ['pointerdown', 'wheel', 'keydown']) canvas.addEventListener(type, touch);
    const zoom = (factor) => () => {
      touch();
      this.view.zoom(factor);
      this.moved();
    };
    byId('zoom-in').addEventListener('click', zoom(2));
    byId('zoom-out').addEventListener('click', zoom(0.5));
    byId('zoom-fit').addEventListener('click', () => {
      this.touched = false;
      this.fit();
    });
  }

  onKey(event) {
    const step = 60 / this.view.scale;
    const keys = {
      ArrowLeft: () => this.view.x -= step, ArrowRight: () => this.view.x += step,
      ArrowUp: () => this.view.y -= step, ArrowDown: () => this.view.y += step,
      '+': () => this.view.zoom(2), '=': () => this.view.zoom(2), '-': () => this.view.zoom(0.5),
      0: () => this.fit(), Enter: () => this.pick(this.view.width / 2, this.view.height / 2),
    };
    if (keys[event.key] === undefined || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    keys[event.key]();
    this.view.hold();
    this.moved();
  }
}

// Makes a path from `[x, y, dx, dy, ...]`, in hundredths of a degree.
function toPath(line) {
  const path = new Path2D();
  let [x, y] = [0, 0];
  for (let i = 0; i < line.length; i += 2) {
    x += line[i];
    y += line[i + 1];
    const held = Math.min(Math.max(y / 100, -84), 84) * Math.PI / 180;
    const down = -Math.log(Math.tan(Math.PI / 4 + held / 2)) * 180 / Math.PI;
    if (i === 0) path.moveTo(x / 100, down);
    else path.lineTo(x / 100, down);
  }
  return path;
}
