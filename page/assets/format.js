// Formats numbers, durations and places for people. No side effects.

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

export function count(n) {
  if (n >= 1e7) return `${(n / 1e6).toFixed(0)} M`;
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)} M`;
  return whole.format(n);
}

// Returns a count that fits into a small circle.
export function shortCount(n) {
  if (n < 1000) return String(n);
  if (n < 10_000) return `${(n / 1000).toFixed(1)}k`;
  if (n < 1e6) return `${Math.round(n / 1000)}k`;
  return `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)}M`;
}

export function rate(n) {
  if (n === 0 || n >= 100) return count(Math.round(n));
  return n >= 10 ? n.toFixed(0) : n.toFixed(1);
}

// Formats microseconds.
export function micros(us) {
  if (us === null || us === undefined) return '–';
  if (us < 1000) return `${us < 10 ? us.toFixed(1) : us.toFixed(0)} µs`;
  return millis(us / 1000);
}

export function millis(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor(s % 86_400 / 3600)} h`;
}

export function clock(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleTimeString('en-GB');
}

export function day(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleString('en-GB',
      {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});
}

export function place([latitude, longitude], digits = 4) {
  const ns = latitude < 0 ? 'S' : 'N';
  const ew = longitude < 0 ? 'W' : 'E';
  return `${Math.abs(latitude).toFixed(digits)}° ${ns}, ${Math.abs(longitude).toFixed(digits)}° ${ew}`;
}

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}
