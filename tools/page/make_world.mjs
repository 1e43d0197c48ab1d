// Makes page/assets/world.json: the coasts and borders behind the clients, out of Natural Earth.
//
//     npm install --prefix build/tools/world world-atlas@2.0.2 topojson-client@3.1.0
//     node tools/page/make_world.mjs build/tools/world/node_modules > page/assets/world.json
//
// `land` are rings to fill, `borders` lines; each `[x, y, dx, dy, dx, dy, ...]` in hundredths of a
// degree of longitude and latitude.
import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';

const require = createRequire(path.resolve(process.argv[2]) + '/');
const topojson = require('topojson-client');
const land = require('world-atlas/land-50m.json');
const countries = require('world-atlas/countries-50m.json');

const TOLERANCE = 0.035;   // degrees: less than a pixel until the map shows a country
const LEAST_AREA = 0.015;  // square degrees: smaller islands are left out
const UNITS = 100;         // in a degree

// Douglas and Peucker: leaves out points that are nearly on the line between others.
function simplify(points) {
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const open = [[0, points.length - 1]];
  while (open.length > 0) {
    const [first, last] = open.pop();
    const [ax, ay] = points[first];
    const [bx, by] = points[last];
    const length = Math.hypot(bx - ax, by - ay);
    let most = TOLERANCE;
    let at = -1;
    for (let i = first + 1; i < last; ++i) {
      const [x, y] = points[i];
      const away = length === 0 ? Math.hypot(x - ax, y - ay) :
          Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
      if (away > most) [most, at] = [away, i];
    }
    if (at >= 0) {
      keep[at] = 1;
      open.push([first, at], [at, last]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

function area(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; ++i) {
    sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  }
  return Math.abs(sum) / 2;
}

// Goes on across the antimeridian: longitudes may then leave [-180, 180].
function unwrapped(line) {
  let turn = 0;
  return line.map(([x, y], i) => {
    if (i > 0 && x - line[i - 1][0] > 180) turn -= 360;
    if (i > 0 && x - line[i - 1][0] < -180) turn += 360;
    return [x + turn, y];
  });
}

function packed(points) {
  const out = [];
  let x = 0;
  let y = 0;
  for (const [longitude, latitude] of simplify(unwrapped(points))) {
    const nx = Math.round(longitude * UNITS);
    const ny = Math.round(latitude * UNITS);
    if (out.length > 0 && nx === x && ny === y) continue;
    out.push(nx - x, ny - y);
    [x, y] = [nx, ny];
  }
  return out;
}

const rings = topojson.feature(land, land.objects.land).features
    .flatMap((feature) => feature.geometry.type === 'Polygon' ? [feature.geometry.coordinates] :
                                                                feature.geometry.coordinates)
    .flat()
    .filter((ring) => area(ring) >= LEAST_AREA && ring.some(([, latitude]) => latitude > -62));
const borders = topojson.mesh(countries, countries.objects.countries, (a, b) => a !== b).coordinates;
const long = (line) => line.length >= 4;
process.stdout.write(JSON.stringify({
  source: 'Natural Earth, public domain',
  land: rings.map(packed).filter((line) => line.length >= 8),
  borders: borders.map(packed).filter(long),
}) + '\n');
