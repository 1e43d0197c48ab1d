// Makes elements. Text stays text: no function here parses markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

// Sets a text only if it differs, so that screen readers do not read it again.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Returns the present value of a colour or another variable of page.css.
export function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Calls `redraw` when the colours or the size of an element have changed.
export function onLook(element, redraw) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  new ResizeObserver(redraw).observe(element);
}

// Fits a canvas to its area on the screen. Returns its context and its size, both in CSS pixels.
export function sharp(canvas) {
  const scale = window.devicePixelRatio || 1;
  const {clientWidth: width, clientHeight: height} = canvas;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return {context, width, height};
}
