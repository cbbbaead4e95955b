// A window of VS Code in a headless browser, and what a person does there.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export const env = (key) => process.env[key] ?? (() => { throw new Error(`set ${key}`); })();
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const { chromium } = createRequire(path.join(env("MODULES"), "x.js"))("playwright-core");
const out = env("OUT");
const began = Date.now();
let failed = 0;

export function check(name, ok, extra = "") {
  console.log(`${ok ? "ok  " : "FAIL"} ${((Date.now() - began) / 1000).toFixed(1)}s ${name} ${extra}`);
  failed += ok ? 0 : 1;
}

/** Runs `steps` with a window on a folder, a workspace file or nothing; ends the process with 0 where every check held. */
export async function inWindow({ folder, workspace, payload = [], file, scale = 1, functions = {} }, steps) {
  const browser = await chromium.launch({ executablePath: env("CHROMIUM"), headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: scale, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  try {
    page.setDefaultTimeout(60_000);
    if (!Object.keys(functions).length) await page.addInitScript(asIsUsual);
    for (const [name, run] of Object.entries(functions)) await page.exposeFunction(name, run);
    const query = new URLSearchParams(workspace ? { workspace } : folder ? { folder } : { ew: "true" });
    const all = [["skipWelcome", "true"], ...payload, ...(file ? [["openFile", remote(file)]] : [])];
    query.set("payload", JSON.stringify(all));
    await page.goto(`${env("URL")}/?${query}`, { waitUntil: "domcontentloaded" });
    await steps(page, new Person(page, file));
  } catch (fault) {
    check(fault.message, false);
    await page.screenshot({ path: path.join(out, `error-${path.basename(process.argv[1], ".mjs")}-${process.pid}.png`) }).catch(() => {});
    console.log(said.filter((text) => text.includes("shapecheck")).slice(-20).join("\n"));
  } finally {
    await browser.close();
  }
  process.exit(failed ? 1 : 0);
}

/** In the page, before the workbench reads its settings: without the smoke tests' driver, under which no notification is shown. */
function asIsUsual() {
  new MutationObserver((_, observer) => {
    const place = document.getElementById("vscode-workbench-web-configuration");
    if (place) {
      place.dataset.settings = place.dataset.settings.replace('"enableSmokeTestDriver":true', '"enableSmokeTestDriver":false');
      observer.disconnect();
    }
  }).observe(document, { childList: true, subtree: true });
}

export const remote = (file) => `vscode-remote://${new URL(env("URL")).host}${file}`;

export class Person {
  constructor(page, file) {
    this.page = page;
    this.file = file;
  }

  async shot(name, clip) {
    await this.page.screenshot({ path: path.join(out, `${name}.png`), ...(clip ? { clip } : {}) });
  }

  squiggles() {
    return this.page.locator(".monaco-editor .squiggly-error").count();
  }

  async untilSquiggles(holds, timeout = 60000) {
    await this.page.waitForFunction(`(${holds})(document.querySelectorAll(".monaco-editor .squiggly-error").length)`, null, { timeout });
  }

  /** Opens the quick input. A key that is pressed while a view gives the focus away is lost: press again. */
  async input(...keys) {
    for (let i = 0; ; i++) {
      for (const key of keys) await this.page.keyboard.press(key);
      try { await this.page.waitForSelector(".quick-input-widget input:visible", { timeout: 2500 }); return; } catch (fault) { if (i === 6) throw fault; }
      await this.page.keyboard.press("Escape");
      await this.page.locator(".monaco-editor .view-lines").first().click({ position: { x: 300, y: 560 } }).catch(() => {});
    }
  }

  async command(title) {
    await this.input("F1");
    await this.page.keyboard.type(title);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Puts the cursor `inside` characters behind the beginning of `text` in the file as it is on disk. */
  async goto(text, inside = 0) {
    const lines = fs.readFileSync(this.file, "utf8").split("\n");
    const line = lines.findIndex((one) => one.includes(text));
    if (line < 0) throw new Error(`no line with ${text}`);
    await this.input("Control+1", "Control+G");
    await this.page.keyboard.type(`${line + 1}:${lines[line].indexOf(text) + inside + 1}`);
    await pause(200);
    await this.page.keyboard.press("Enter");
    await pause(200);
  }

  /** Presses Ctrl+. until its menu shows a fix; one that is open while diagnostics arrive closes by itself. */
  async quickFix(title) {
    const fix = this.page.locator(".action-widget .monaco-list-row:visible", { hasText: title }).first();
    for (let i = 0; ; i++) {
      await this.page.keyboard.press("Control+.");
      try { await fix.waitFor({ state: "visible", timeout: 3000 }); return fix; } catch (fault) { if (i === 5) throw fault; }
      await this.page.keyboard.press("Escape");
    }
  }

  async save(holds) {
    await this.page.keyboard.press("Control+S");
    let text = "";
    for (let i = 0; i < 50; i++) {
      text = fs.readFileSync(this.file, "utf8");
      if (holds(text)) return text;
      await pause(100);
    }
    return text;
  }

  notification(text) {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }
}
