// Computes where nodes and links are drawn, and their state. No side effects.

// States of nodes whose claims about links are used; a dead node's last claims are ignored.
const HEARD = new Set(['serving', 'starting', 'draining']);

export function isHeard(node) {
  return HEARD.has(node.state);
}

// Returns how many pairs of links cross if the nodes stand on a ring in this order.
function crossings(order, links) {
  const at = new Map(order.map((node, i) => [node.name, i]));
  const chords = links.filter(({a, b}) => at.has(a) && at.has(b))
      .map(({a, b}) => [at.get(a), at.get(b)].sort((x, y) => x - y));
  const between = (x, [from, to]) => x > from && x < to;
  let count = 0;
  chords.forEach((one, i) => {
    for (const other of chords.slice(i + 1)) {
      const apart = new Set([...one, ...other]).size === 4;
      if (apart && between(other[0], one) !== between(other[1], one)) ++count;
    }
  });
  return count;
}

// Returns an order with few crossings: swaps nodes as long as that helps. The same on all pages.
export function untangled(nodes, links, most = 24) {
  const order = [...nodes];
  if (order.length > most) return order;
  let least = crossings(order, links);
  for (let better = true; better && least > 0;) {
    better = false;
    for (let i = 1; i < order.length; ++i) {
      for (let j = i + 1; j < order.length; ++j) {
        [order[i], order[j]] = [order[j], order[i]];
        const now = crossings(order, links);
        if (now < least) [least, better] = [now, true];
        else [order[i], order[j]] = [order[j], order[i]];
      }
    }
  }
  return order;
}

// Places the nodes on a ring, the first one at the top.
export function ring(given, width, height, margin) {
  const nodes = untangled(given, linksOf(given));
  const places = new Map();
  const rx = Math.max(20, width / 2 - margin.x);
  const ry = Math.max(20, height / 2 - margin.y);
  nodes.forEach((node, i) => {
    const angle = -Math.PI / 2 + 2 * Math.PI * i / nodes.length;
    places.set(node.name, {x: width / 2 + rx * Math.cos(angle), y: height / 2 + ry * Math.sin(angle)});
  });
  return places;
}

// Places nodes as on a map, but pushed apart; nodes without a location stand in a row below.
export function byPlace(nodes, width, height, margin, apart = 96) {
  const known = nodes.filter((node) => node.at);
  const places = new Map();
  if (known.length > 0) {
    const middle = known.reduce((sum, node) => sum + node.at[0], 0) / known.length;
    const squeeze = Math.cos(middle * Math.PI / 180);
    const points = known.map(({at}) => ({x: at[1] * squeeze, y: -at[0]}));
    const least = {x: Math.min(...points.map((p) => p.x)), y: Math.min(...points.map((p) => p.y))};
    const span = {x: Math.max(...points.map((p) => p.x)) - least.x,
      y: Math.max(...points.map((p) => p.y)) - least.y};
    const scale = Math.min((width - 2 * margin.x) / (span.x || 1e-9),
        (height - 2 * margin.y) / (span.y || 1e-9), 1e9);
    points.forEach((p, i) => {
      places.set(known[i].name, {
        x: width / 2 + (p.x - least.x - span.x / 2) * scale,
        // Nodes at the same place need different positions to be pushed apart.
        y: height / 2 + (p.y - least.y - span.y / 2) * scale + i * 0.01,
      });
    });
  }
  nodes.filter((node) => !node.at).forEach((node, i) => {
    places.set(node.name, {x: margin.x + i * apart, y: height - margin.y / 2});
  });
  pushApart([...places.values()], width, height, margin, apart);
  return places;
}

function pushApart(points, width, height, margin, apart) {
  for (let round = 0; round < 200; ++round) {
    let moved = false;
    for (let i = 0; i < points.length; ++i) {
      for (let j = i + 1; j < points.length; ++j) {
        const dx = points[j].x - points[i].x;
        const dy = points[j].y - points[i].y;
        const distance = Math.hypot(dx, dy) || 0.01;
        if (distance >= apart) continue;
        const push = (apart - distance) / 2 / distance;
        points[i].x -= dx * push;
        points[i].y -= dy * push;
        points[j].x += dx * push;
        points[j].y += dy * push;
        moved = true;
      }
    }
    for (const point of points) {
      point.x = Math.min(Math.max(point.x, margin.x), width - margin.x);
      point.y = Math.min(Math.max(point.y, margin.y), height - margin.y);
    }
    if (!moved) return;
  }
}

// Returns each link once, with the state that its heard ends claim:
// {a, b, state: 'up' | 'half' | 'down'}.
export function linksOf(nodes) {
  const links = new Map();
  for (const node of nodes) {
    for (const claim of node.links ?? []) {
      const [a, b] = [node.name, claim.to].sort();
      const key = `${a} ${b}`;
      if (!links.has(key)) links.set(key, {a, b, ways: []});
      if (isHeard(node)) links.get(key).ways.push(claim.out, claim.in);
    }
  }
  return [...links.values()].map(({a, b, ways}) => {
    const up = ways.filter(Boolean).length;
    const state = up === 0 ? 'down' : up === ways.length ? 'up' : 'half';
    return {a, b, state};
  });
}

// Returns a summary in one sentence.
export function verdict(nodes, links) {
  const expected = nodes.filter((node) => node.expected);
  const serving = expected.filter((node) => node.state === 'serving').length;
  const up = links.filter((link) => link.state === 'up').length;
  const wrong = expected.filter((node) => node.state !== 'serving')
      .map((node) => `${node.name} is ${node.state}`);
  return {
    fine: serving === expected.length && up === links.length,
    text: `${serving} of ${expected.length} nodes serve, ${up} of ${links.length} links are up` +
        (wrong.length > 0 ? `: ${wrong.slice(0, 4).join(', ')}` : '') +
        (wrong.length > 4 ? ` and ${wrong.length - 4} more` : ''),
  };
}
