// Mercator projection, in degrees: x grows to the east, y to the south, equally at the equator.

export const LIMIT = 84;  // degrees of latitude at which the map ends

export function project(latitude, longitude) {
  const held = Math.min(Math.max(latitude, -LIMIT), LIMIT) * Math.PI / 180;
  return {x: longitude, y: -Math.log(Math.tan(Math.PI / 4 + held / 2)) * 180 / Math.PI};
}

export function unproject(x, y) {
  const latitude = (2 * Math.atan(Math.exp(-y * Math.PI / 180)) - Math.PI / 2) * 180 / Math.PI;
  return [latitude, x];
}

// The visible part of the map: `x`, `y` are its middle, `scale` is in pixels per degree.
export class View {
  constructor() {
    Object.assign(this, {x: 0, y: 0, scale: 2, width: 1, height: 1});
  }

  toScreen(latitude, longitude) {
    const p = project(latitude, longitude);
    return {x: (p.x - this.x) * this.scale + this.width / 2,
      y: (p.y - this.y) * this.scale + this.height / 2};
  }

  toPlace(sx, sy) {
    return unproject((sx - this.width / 2) / this.scale + this.x,
        (sy - this.height / 2) / this.scale + this.y);
  }

  // Returns [west, south, east, north], a little more than what is visible.
  box(more = 0.1) {
    const [north, west] = this.toPlace(-this.width * more, -this.height * more);
    const [south, east] = this.toPlace(this.width * (1 + more), this.height * (1 + more));
    return [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)];
  }

  // Returns the scale at which all longitudes are visible; a tall screen shows sea above and below.
  leastScale() {
    return this.width / 360;
  }

  hold() {
    this.scale = Math.min(Math.max(this.scale, this.leastScale()), 20_000);
    const room = {x: this.width / 2 / this.scale, y: this.height / 2 / this.scale};
    this.x = room.x >= 180 ? 0 : Math.min(Math.max(this.x, room.x - 180), 180 - room.x);
    const [top, bottom] = [project(LIMIT, 0).y, project(-64, 0).y];
    this.y = 2 * room.y >= bottom - top ? (top + bottom) / 2 :
      Math.min(Math.max(this.y, top + room.y), bottom - room.y);
  }

  // Zooms by a factor; the point (sx, sy) of the screen stays where it is.
  zoom(factor, sx = this.width / 2, sy = this.height / 2) {
    const before = {x: (sx - this.width / 2) / this.scale, y: (sy - this.height / 2) / this.scale};
    this.scale = Math.min(Math.max(this.scale * factor, this.leastScale()), 20_000);
    this.x += before.x - (sx - this.width / 2) / this.scale;
    this.y += before.y - (sy - this.height / 2) / this.scale;
    this.hold();
  }

  // Shows all places, and at least `least` degrees.
  fit(places, least = 3) {
    if (places.length === 0) {
      Object.assign(this, {x: 10, y: -22, scale: 0});
      return this.hold();
    }
    const points = places.map(([latitude, longitude]) => project(latitude, longitude));
    const xs = points.map((p) => p.x);
    const ys = points.map((p) => p.y);
    const [west, east] = [Math.min(...xs), Math.max(...xs)];
    const [north, south] = [Math.min(...ys), Math.max(...ys)];
    this.x = (west + east) / 2;
    this.y = (north + south) / 2;
    this.scale = 0.82 * Math.min(this.width / Math.max(east - west, least),
        this.height / Math.max(south - north, least * 0.6));
    this.hold();
  }
}

// Joins clusters [latitude, longitude, clients, id?] that would overlap on the screen.
export function joined(clusters, view, apart) {
  const cells = new Map();
  for (const cluster of clusters) {
    const at = view.toScreen(cluster[0], cluster[1]);
    // The cells stay where they are while the map is moved.
    const key = `${Math.floor((at.x + view.x * view.scale) / apart)} ` +
        Math.floor((at.y + view.y * view.scale) / apart);
    const cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, {x: at.x * cluster[2], y: at.y * cluster[2], clients: cluster[2],
        members: [cluster]});
    } else {
      cell.x += at.x * cluster[2];
      cell.y += at.y * cluster[2];
      cell.clients += cluster[2];
      cell.members.push(cluster);
    }
  }
  return merged([...cells.values()].map((cell) =>
    ({...cell, x: cell.x / cell.clients, y: cell.y / cell.clients, r: radius(cell.clients)})));
}

// Returns the radius of a cluster's circle, in pixels.
function radius(clients) {
  return clients === 1 ? 4.5 : Math.min(8 + 3.2 * Math.log2(clients) ** 0.9, 21);
}

// Merges circles that still overlap, the largest first.
function merged(circles) {
  const kept = [];
  for (const circle of circles.sort((a, b) => b.clients - a.clients)) {
    const other = kept.find(({x, y, r}) => Math.hypot(x - circle.x, y - circle.y) < r + circle.r);
    if (other === undefined) {
      kept.push(circle);
      continue;
    }
    const all = other.clients + circle.clients;
    other.x += (circle.x - other.x) * circle.clients / all;
    other.y += (circle.y - other.y) * circle.clients / all;
    other.clients = all;
    other.members.push(...circle.members);
    other.r = radius(all);
  }
  return kept;
}
