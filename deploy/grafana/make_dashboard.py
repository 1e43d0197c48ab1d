#!/usr/bin/env python3
"""Writes the dashboard: `make_dashboard.py > dashboards/proxyherd.json`.

A dashboard's JSON is long and repeats itself; here a panel is a few lines. Rows: requests, the
herd, places, saturation. Colours mean something only where a value is good or bad.
"""

import json
import sys

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # of a row, in Grafana's units

# Selectors of what is chosen at the top. deploy/prometheus.yml sets the label `node`.
NODES = 'job="herd-node", node=~"$node"'
RATE = "[$__rate_interval]"

GOOD, BAD, WARN = "green", "red", "orange"


def quantile(part, histogram, by="le", of=NODES):
    return f"histogram_quantile({part}, sum by ({by}) (rate({histogram}_bucket{{{of}}}{RATE})))"


def target(query, legend="", **more):
    return {"datasource": SOURCE, "expr": query, "legendFormat": legend, "refId": "A", **more}


def panel(kind, title, targets, width, height=8, unit="short", about="", **options):
    """Returns a panel without a position. `targets` are pairs of query and legend."""
    defaults = {"unit": unit, "min": 0, **options.pop("defaults", {})}
    return {
        "type": kind, "title": title, "description": about, "datasource": SOURCE,
        "targets": [{**target(query, legend), "refId": chr(ord("A") + number)}
                    for number, (query, legend) in enumerate(targets)],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options, "gridPos": {"w": width, "h": height}}


def lines(title, targets, width=8, unit="short", about="", stacked=False, **defaults):
    custom = {"lineWidth": 1, "fillOpacity": 20 if stacked else 5, "showPoints": "never",
              "stacking": {"mode": "normal" if stacked else "none"}}
    return panel("timeseries", title, targets, width, unit=unit, about=about,
                 defaults={"custom": custom, **defaults},
                 legend={"displayMode": "list", "placement": "bottom"},
                 tooltip={"mode": "multi", "sort": "desc"})


def steps(*pairs):
    """Returns colours by lower bound: (None, green), (1, red)."""
    return {"mode": "absolute", "steps": [{"value": value, "color": color}
                                          for value, color in pairs]}


def number(title, query, width=4, unit="short", about="", thresholds=None, **defaults):
    return panel("stat", title, [(query, "")], width, height=4, unit=unit, about=about,
                 defaults={"thresholds": thresholds or steps((None, "text")), **defaults},
                 reduceOptions={"calcs": ["lastNotNull"]}, colorMode="value", graphMode="area")


def states(title, query, legend, width=12, about="", words=None):
    """Returns a band for each series, in which 1 is good."""
    words = words or {"0": ("down", BAD), "1": ("up", GOOD)}
    mapping = {value: {"text": text, "color": color} for value, (text, color) in words.items()}
    return panel("state-timeline", title, [(query, legend)], width, about=about,
                 defaults={"mappings": [{"type": "value", "options": mapping}],
                           "custom": {"fillOpacity": 80, "lineWidth": 0}},
                 showValue="never", mergeValues=True, rowHeight=0.8)


def at_a_glance():
    return [
        number("Nodes up", 'sum(up{job="herd-node"})',
               about="Nodes that Prometheus can scrape."),
        number("Links down", 'count(proxyherd_link_up{job="herd-node", direction="outgoing"} == 0) '
               "or vector(0)", thresholds=steps((None, GOOD), (1, BAD)),
               about="Directions of links that are not past their handshake. Each link has two."),
        number("Clients known", 'max(proxyherd_table_records{job="herd-node"})'),
        number("Requests a second",
               f'sum(rate(proxyherd_gateway_requests_total{{{NODES}}}{RATE}))', unit="reqps"),
        number("Flood arrival, p99", quantile(0.99, "proxyherd_flood_age_seconds"), unit="s",
               thresholds=steps((None, GOOD), (0.1, WARN), (1, BAD)),
               about="From a report's receipt at its node to its arrival at another one."),
        number("The herd agrees",
               'min(proxyherd_link_agrees{job="herd-node"})',
               thresholds=steps((None, WARN), (1, GOOD)),
               mappings=[{"type": "value", "options": {
                   "0": {"text": "in flight"}, "1": {"text": "yes"}}}],
               about="Whether neighbours have equal tables, except for changes in flight."),
    ]


def handling(part):
    return quantile(part, "proxyherd_gateway_handling_seconds", "le, verb")


def requests():
    by_verb = f'sum by (verb) (rate(proxyherd_gateway_requests_total{{{NODES}}}{RATE}))'
    return [
        lines("Requests by verb", [(by_verb, "{{verb}}")], unit="reqps", stacked=True),
        lines("Requests by node",
              [(f'sum by (node) (rate(proxyherd_gateway_requests_total{{{NODES}}}{RATE}))',
                "{{node}}")], unit="reqps", stacked=True),
        lines("What did not come to an answer",
              [("sum by (result) (rate(proxyherd_gateway_requests_total"
                f'{{{NODES}, result!~"ok|stale"}}{RATE}))'
                " / scalar(sum(rate(proxyherd_gateway_requests_total"
                f'{{{NODES}}}{RATE})))', "{{result}}")], unit="percentunit",
              about="`invalid` and `unknown` are faults of clients, the others of servers."),
        lines("Handling, p50", [(handling(0.5), "{{verb}}")], width=12, unit="s",
              about="From reading a command to its reply being ready to send; a WHATSAT waits for "
                    "its places."),
        lines("Handling, p99", [(handling(0.99), "{{verb}}")], width=12, unit="s"),
    ]


def herd():
    outgoing = f'{{{NODES}, direction="outgoing"}}'
    return [
        states("Links", f'min by (node, peer) (proxyherd_link_up{outgoing})',
               "{{node}} → {{peer}}",
               about="Each link from both of its ends; up is past the handshake."),
        states("Agreement", f'min by (node, peer) (proxyherd_link_agrees{{{NODES}}})',
               "{{node}} ↔ {{peer}}",
               words={"0": ("in flight, or differing", WARN), "1": ("agrees", GOOD)},
               about="Whether two tables are equal, except for changes in flight. Under load "
                     "changes are nearly always in flight; faults: see `Divergent records`."),
        lines("Flood arrival", [(quantile(part / 100, "proxyherd_flood_age_seconds"), f"p{part}")
                                for part in (50, 95, 99)], unit="s",
              about="From a report's receipt at its node to its arrival at another one."),
        lines("Flow over links", [(
            f'sum by (node, peer) (rate(proxyherd_flood_sent_records_total{{{NODES}}}{RATE}))',
            "{{node}} → {{peer}}")], unit="cps", about="Records a second."),
        lines("Lag", [(f'sum by (node, peer) (proxyherd_link_lag_records{{{NODES}}})',
                       "{{node}} → {{peer}}")],
              about="Records that changed and that the neighbour has not acknowledged."),
        lines("Round trip of heartbeats",
              [(f'max by (node, peer) (proxyherd_link_round_trip_seconds{{{NODES}}})',
                "{{node}} → {{peer}}")], unit="s"),
        lines("Divergent records",
              [(f'max by (node, peer) (proxyherd_link_divergent_records{{{NODES}}})',
                "{{node}} ↔ {{peer}}")],
              about="Records that differed in two comparisons a second apart: not in flight."),
        lines("Nodes by state", [(f'max by (state) (proxyherd_herd_nodes{{{NODES}}})',
                                  "{{state}}")], stacked=True,
              about="According to the membership; the maximum over all nodes."),
        lines("What became of received records",
              [("sum by (result) (rate(proxyherd_flood_received_records_total"
                f'{{{NODES}}}{RATE}))', "{{result}}")], unit="cps", stacked=True),
        lines("Clocks ahead of their neighbours",
              [(f'max by (node, peer) (proxyherd_link_clock_ahead_seconds{{{NODES}}})',
                "{{peer}} ahead of {{node}}")], unit="s", min=None),
        lines("Clients known", [(f'sum by (node) (proxyherd_table_records{{{NODES}}})',
                                 "{{node}}")], about="Equal on all nodes, except for changes "
                                                     "in flight."),
    ]


def places():
    everywhere = 'job=~"herd-places|herd-node"'
    return [
        lines("Searches by provider and result",
              [("sum by (provider, result) (rate(proxyherd_places_calls_total"
                f'{{{everywhere}}}{RATE}))', "{{provider}}: {{result}}")], unit="reqps",
              stacked=True),
        lines("Time of a provider, p99",
              [(quantile(0.99, "proxyherd_places_call_duration_seconds", "le, provider",
                         everywhere), "{{provider}}")], unit="s"),
        lines("Searches under way",
              [(f'sum by (provider) (proxyherd_places_calls_in_flight{{{everywhere}}})',
                "{{provider}}")]),
        lines("Budget that is left",
              [(f'min by (window) (proxyherd_places_budget_left{{{everywhere}}})', "{{window}}")],
              about="Calls of Google; only with --google_budget_per_minute or _per_day."),
        states("Circuit breaker",
               f'max by (instance, state) (proxyherd_places_breaker_state{{{everywhere}}})',
               "{{instance}} {{state}}", width=8,
               words={"0": ("no", "transparent"), "1": ("yes", "blue")},
               about="Open: Google is not asked, because it failed too often."),
        lines("Cache, by result",
              [(f'sum by (result) (rate(proxyherd_places_cache_total{{{everywhere}}}{RATE}))',
                "{{result}}")], unit="reqps"),
    ]


def saturation():
    processes = 'job=~"herd-node|herd-places"'

    def ratio(name, most):
        return f'{name}{{{processes}}} / {most}{{{processes}}}'
    return [
        lines("Used of a limit",
              [(ratio("process_open_fds", "process_max_fds"), "{{node}}: descriptors"),
               (ratio("proxyherd_gateway_connections", "proxyherd_gateway_max_connections"),
                "{{node}}: connections"),
               (ratio("proxyherd_gateway_unsent_bytes",
                      "proxyherd_gateway_max_unsent_total_bytes"), "{{node}}: unsent bytes"),
               (ratio("proxyherd_table_records", "proxyherd_table_max_records"),
                "{{node}}: clients")], unit="percentunit", about="1 is the limit."),
        lines("CPU", [(f'sum by (node) (rate(process_cpu_seconds_total{{{processes}}}{RATE}))',
                       "{{node}}")], unit="percentunit", about="1 is one core."),
        lines("Memory", [(f'sum by (node) (process_resident_memory_bytes{{{processes}}})',
                          "{{node}}")], unit="bytes"),
        lines("Connections", [(f'sum by (node) (proxyherd_gateway_connections{{{NODES}}})',
                               "{{node}}")]),
        lines("Bytes of clients",
              [(f'sum(rate(proxyherd_gateway_received_bytes_total{{{NODES}}}{RATE}))', "received"),
               (f'sum(rate(proxyherd_gateway_sent_bytes_total{{{NODES}}}{RATE}))', "sent")],
              unit="Bps"),
        lines("Limits that were met",
              [(f"sum by (node, limit) (rate(proxyherd_{part}_limit_hits_total"
                f"{{{processes}}}{RATE}))",
                f"{{{{node}}}}: {part}, {{{{limit}}}}")
               for part in ("gateway", "http", "link", "membership", "page", "places", "watch")],
              unit="cps",
              about="docs/limits.md says what each one means."),
    ]


def laid_out(rows):
    """Returns the panels with ids and positions, rows one below the other."""
    panels, top = [], 0
    for title, row in rows:
        if title:
            panels.append({"type": "row", "title": title, "collapsed": False, "panels": [],
                           "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1}})
            top += 1
        left = 0
        for one in row:
            place = one["gridPos"]
            if left + place["w"] > WIDTH:
                top, left = top + place["h"], 0
            place.update(x=left, y=top)
            left += place["w"]
            panels.append(one)
        top += row[-1]["gridPos"]["h"]
    for number_of_it, one in enumerate(panels, 1):
        one["id"] = number_of_it
    return panels


def dashboard():
    variables = [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Source",
         "current": {"text": "Prometheus", "value": "proxyherd-prometheus"}},
        {"name": "node", "type": "query", "label": "Node", "datasource": SOURCE, "multi": True,
         "includeAll": True, "allValue": ".*", "refresh": 2,
         "query": 'label_values(proxyherd_build_info{job="herd-node"}, node)',
         "current": {"text": "All", "value": "$__all"}}]
    rows = [("", at_a_glance()), ("Requests", requests()), ("The herd", herd()),
            ("Places", places()), ("Saturation", saturation())]
    return {"uid": "proxyherd", "title": "proxyherd", "tags": ["proxyherd"], "schemaVersion": 39,
            "editable": False, "refresh": "5s", "time": {"from": "now-15m", "to": "now"},
            "timezone": "utc", "graphTooltip": 1, "templating": {"list": variables},
            "annotations": {"list": []}, "panels": laid_out(rows)}


if __name__ == "__main__":
    json.dump(dashboard(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
