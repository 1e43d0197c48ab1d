// A real browser, driven by lines of JSON: `[number, call, arguments]` in, `[number, error, result]`
// out. Run by browser.py; playwright-core is found by NODE_PATH.
import {createRequire} from 'node:module';
import process from 'node:process';
import readline from 'node:readline';

const {chromium} = createRequire(process.env.NODE_PATH + '/')('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
const pages = new Map();

// Errors of a page are kept until they are asked for.
function watch(page) {
  const wrong = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (!why.includes('ERR_ABORTED')) wrong.push(`failed: ${request.url()} ${why}`);
  });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  return {page, wrong, asked};
}

const calls = {
  // Each page is a separate visitor.
  async open(name, url, {width = 1440, height = 1000, dark = false, touch = false, still = false} = {}) {
    const context = await browser.newContext({
      viewport: {width, height}, colorScheme: dark ? 'dark' : 'light', hasTouch: touch,
      isMobile: touch, reducedMotion: still ? 'reduce' : 'no-preference'});
    const page = await context.newPage();
    pages.set(name, watch(page));
    await page.goto(url, {waitUntil: 'load'});
  },
  async close(name) {
    await pages.get(name).page.context().close();
    pages.delete(name);
  },
  evaluate: (name, script) => pages.get(name).page.evaluate(script),
  // Until the expression is true; returns its value and the milliseconds that it took.
  async until(name, script, timeout) {
    const {page} = pages.get(name);
    const began = performance.now();
    // Not by waitForFunction, which evaluates text within the page: its policy forbids that.
    for (;;) {
      const value = await page.evaluate(script);
      const took = performance.now() - began;
      if (value) return [value, took];
      if (took > timeout) throw new Error(`not within ${timeout} ms; the page says: ` +
          (await page.evaluate('document.body.innerText')).slice(0, 1500));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  click: (name, selector, position) =>
    pages.get(name).page.click(selector, position ? {position} : {}),
  fill: (name, selector, text) => pages.get(name).page.fill(selector, text),
  press: (name, key) => pages.get(name).page.keyboard.press(key),
  wheel: (name, dy) => pages.get(name).page.mouse.wheel(0, dy),
  async shot(name, path, full) {
    await pages.get(name).page.screenshot({path, fullPage: full});
  },
  wrong: (name) => pages.get(name).wrong.splice(0),
  asked: (name) => pages.get(name).asked,
  accessibility: (name) => pages.get(name).page.locator('body').ariaSnapshot(),
};

for await (const line of readline.createInterface({input: process.stdin})) {
  const [number, call, given] = JSON.parse(line);
  const answer = (error, result) =>
    process.stdout.write(JSON.stringify([number, error, result ?? null]) + '\n');
  try {
    answer(null, await calls[call](...given));
  } catch (error) {
    answer(String(error.message ?? error), null);
  }
}
await browser.close();
