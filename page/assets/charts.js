// Draws small charts of the last ten minutes.
import {byId, el, onLook, say, sharp, style} from '/page/dom.js';
import {age, clock, count, micros, millis, rate} from '/page/format.js';

const SECONDS = 600;
const LEAST_SECONDS = 60;  // shortest span of a chart, after the node's start
const GAP = 7.5;  // seconds without a sample that interrupt a line; unwatched nodes sample every five

// The charts. A line's first element is the index of its number in a sample.
const KINDS = [
  {title: 'Reports', unit: 'a second', show: rate, least: 1,
    lines: [[1, 'from clients', '--line-a'], [3, 'from neighbours', '--line-b']]},
  {title: 'Answers', unit: 'until the reply is ready', show: micros, least: 50,
    lines: [[5, 'half of them', '--line-a'], [6, '99 of 100', '--line-b']]},
  {title: 'Convergence', unit: 'age of a report when it arrives here', show: millis, least: 1,
    lines: [[7, 'half of them', '--line-a'], [8, '99 of 100', '--line-b']]},
  {title: 'Clients', unit: 'known to this node', show: count, least: 4,
    lines: [[9, 'clients', '--line-a'], [10, 'connections', '--line-b']]},
];

class Chart {
  constructor(kind) {
    this.kind = kind;
    this.samples = [];
    this.canvas = el('canvas', {role: 'img', 'aria-label': kind.title});
    this.values = kind.lines.map(([, label, colour]) => {
      const value = el('b', {}, '–');
      return {value, item: el('li', {}, el('i', {class: `swatch ${colour.slice(2)}`}), value,
          el('span', {}, label))};
    });
    this.when = el('span', {class: 'note'});
    this.section = el('section', {class: 'panel chart'},
        el('h2', {}, kind.title, ' ', el('small', {}, kind.unit)),
        el('ul', {class: 'values'}, ...this.values.map(({item}) => item)), this.canvas, this.when);
    this.pointer = null;
    this.canvas.addEventListener('pointermove', (event) => this.point(event.offsetX));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    onLook(this.canvas, () => this.draw());
  }

  set(samples) {
    this.samples = samples;
    this.draw();
  }

  point(x) {
    this.pointer = x;
    this.draw();
  }

  draw() {
    const {context, width, height} = sharp(this.canvas);
    const last = this.samples.at(-1);
    context.clearRect(0, 0, width, height);
    if (width === 0 || last === undefined) return;
    const end = last[0];
    const span = Math.max(end - this.samples[0][0], LEAST_SECONDS);
    const x = (t) => width - 1 - (end - t) / span * (width - 2);
    const indices = this.kind.lines.map(([index]) => index);
    const values = this.samples.flatMap((sample) => indices.map((index) => sample[index] ?? 0));
    const top = nice(Math.max(this.kind.least, ...values));
    const y = (value) => height - 3 - value / top * (height - 18);
    this.grid(context, width, y, top);
    for (const [index, , colour] of this.kind.lines.toReversed()) {
      this.line(context, index, style(colour), x, y, index === this.kind.lines[0][0]);
    }
    const shown = this.shownSample(x);
    if (this.pointer !== null) {
      context.fillStyle = style('--muted');
      context.fillRect(Math.round(x(shown[0])), 0, 1, height);
    }
    this.values.forEach(({value}, i) => {
      const number = shown[indices[i]];
      say(value, number === null ? '–' : this.kind.show(number));
    });
    say(this.when, this.pointer === null ? `last ${age(span)}` : clock(shown[0]));
    this.canvas.setAttribute('aria-label', `${this.kind.title}, ${this.kind.unit}: ` +
        this.values.map(({item}) => item.textContent).join(', '));
  }

  shownSample(x) {
    if (this.pointer === null) return this.samples.at(-1);
    return this.samples.reduce((best, sample) =>
      Math.abs(x(sample[0]) - this.pointer) < Math.abs(x(best[0]) - this.pointer) ? sample : best);
  }

  grid(context, width, y, top) {
    context.fillStyle = style('--rule');
    for (const part of [0, 0.5, 1]) context.fillRect(0, Math.round(y(top * part)), width, 1);
    context.fillStyle = style('--muted');
    context.font = `11px ${style('--sans')}`;
    context.textAlign = 'left';
    context.fillText(this.kind.show(top), 0, y(top) - 4);
  }

  line(context, index, colour, x, y, filled) {
    const area = new Path2D();
    const path = new Path2D();
    let before = null;
    let first = null;
    const close = () => {
      if (before === null) return;
      area.lineTo(x(before), y(0));
      area.lineTo(x(first), y(0));
      area.closePath();
    };
    for (const sample of this.samples) {
      const [t, value] = [sample[0], sample[index]];
      if (value === null) continue;
      if (before === null || t - before > GAP) {
        close();
        first = t;
        // Draws a single value as a short stroke.
        path.moveTo(x(t) - 1, y(value));
        area.moveTo(x(t), y(0));
      }
      path.lineTo(x(t), y(value));
      area.lineTo(x(t), y(value));
      before = t;
    }
    close();
    context.strokeStyle = context.fillStyle = colour;
    if (filled) {
      context.globalAlpha = 0.12;
      context.fill(area);
      context.globalAlpha = 1;
    }
    context.lineWidth = 1.6;
    context.lineJoin = context.lineCap = 'round';
    context.stroke(path);
  }
}

// Returns the next number that is easy to read: 1, 2 or 5 with zeros.
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= value * 0.999);
}

export class Charts {
  constructor() {
    this.charts = KINDS.map((kind) => new Chart(kind));
    this.samples = [];
    byId('charts').append(...this.charts.map(({section}) => section));
  }

  begin(samples) {
    this.samples = samples;
    this.draw();
  }

  add(sample) {
    this.samples = [...this.samples, sample].filter(([t]) => t > sample[0] - SECONDS);
    this.draw();
  }

  draw() {
    for (const chart of this.charts) chart.set(this.samples);
  }
}
