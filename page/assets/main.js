// Assembles the page: passes each frame to the parts that draw it.
import {Charts} from '/page/charts.js';
import {Card} from '/page/client.js';
import {openConsole} from '/page/console.js';
import {byId, say} from '/page/dom.js';
import {Graph} from '/page/graph.js';
import {linksOf, verdict} from '/page/layout.js';
import {follow} from '/page/live.js';
import {WorldMap} from '/page/map.js';
import {showNodes, showWords} from '/page/notices.js';

let facts = null;  // the last hello frame
let herd = null;

const card = new Card(() => map.choose(null));
const charts = new Charts();
const graph = new Graph((node) => card.showNode(node));
const map = new WorldMap(({node, client, cluster, spot, at, radius}) => {
  map.choose(at);
  if (node) card.showNode(node);
  else if (client !== undefined) card.showClient(client);
  else if (cluster) card.showCluster(cluster, at, facts?.details);
  else if (spot) card.showSpot(spot, radius);
});

byId('find').addEventListener('submit', (event) => {
  event.preventDefault();
  const id = byId('find-id').value;
  if (id === '') return;
  card.showClient(id, (at) => {
    map.goTo(at, 14);
    map.choose(at);
  });
});

function showVerdict() {
  const {fine, text} = verdict(herd.nodes, linksOf(herd.nodes));
  const own = herd.nodes.find((node) => node.name === facts.node);
  const waiting = herd.ready ? '' : `; this node is not ready: ${herd.waiting_for}`;
  say(byId('verdict'), text + waiting);
  byId('verdict').className = `verdict ${fine && herd.ready ? 'fine' : 'wrong'}`;
  say(byId('node-state'), own?.state ?? '');
  byId('node-state').className = `pill ${own?.state ?? ''}`;
}

follow({
  hello(frame) {
    // The node was restarted with another version of this page.
    if (facts !== null && facts.version !== frame.version) return location.reload();
    facts = frame;
    document.title = `${frame.node} · ${frame.herd}`;
    say(byId('node'), frame.node);
    say(byId('herd'), frame.herd);
    say(byId('version'), frame.version);
    byId('find').hidden = !frame.details;
    if (frame.console) openConsole();
    charts.begin(frame.samples);
  },
  herd(frame) {
    herd = frame;
    showVerdict();
    showWords(frame.words);
    showNodes(frame.nodes, facts.node, frame.left_out);
    graph.setHerd(frame.nodes, facts.node);
    map.setNodes(frame.nodes, facts.node);
  },
  map(frame) {
    map.setMap(frame);
  },
  tick(frame) {
    charts.add(frame.sample);
    graph.setLinks(frame.links);
    map.setSeen(frame.seen);
  },
  state(up) {
    document.body.classList.toggle('lost', !up);
    if (!up) map.setLost();
    say(byId('live-text'), up ? 'live' : 'no answer; trying again');
    if (!up && herd !== null) {
      say(byId('verdict'), `${facts.node} does not answer; what is below was so before`);
      byId('verdict').className = 'verdict wrong';
    }
  },
});
