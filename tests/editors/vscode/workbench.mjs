// VS Code's workbench (code-server) in a headless browser, as a person uses it; screenshots into OUT.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const env = (key) => process.env[key] ?? (() => { throw new Error(`set ${key}`); })();
const { chromium } = createRequire(path.join(env("MODULES"), "x.js"))("playwright-core");
const theme = process.env.THEME ?? "light";
const out = env("OUT");
const file = env("FILE");
const folder = path.dirname(file);
fs.mkdirSync(out, { recursive: true });
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "workbench-"));
const began = Date.now();
let failed = 0;
const check = (name, ok, extra = "") => { console.log(`${ok ? "ok  " : "FAIL"} ${((Date.now() - began) / 1000).toFixed(1)}s ${name} ${extra}`); failed += ok ? 0 : 1; };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const data = path.join(temporary, "data"), extensions = path.join(temporary, "extensions");
for (const place of [path.join(data, "User"), path.join(data, "Machine"), extensions]) fs.mkdirSync(place, { recursive: true });
fs.writeFileSync(path.join(data, "User/settings.json"), JSON.stringify({
  "workbench.startupEditor": "none", "telemetry.telemetryLevel": "off", "update.mode": "none", "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false, "security.workspace.trust.enabled": false, "chat.disableAIFeatures": true, "files.autoSave": "off",
  "workbench.tips.enabled": false, "window.commandCenter": false, "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": theme === "dark" ? "Default Dark Modern" : "Default Light Modern", "editor.fontSize": 15, "editor.minimap.enabled": false,
}));
fs.writeFileSync(path.join(data, "Machine/settings.json"), JSON.stringify({ "shapecheck.command": [env("SHAPECHECK_PYTHON"), "-m", "shapecheck", "server"] }));
fs.writeFileSync(path.join(temporary, "cs.yaml"), "auth: none\ncert: false\n");
const childEnv = { ...process.env, HOME: temporary, XDG_CONFIG_HOME: temporary + "/c", XDG_DATA_HOME: temporary + "/d", XDG_CACHE_HOME: temporary + "/k", EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
const node = env("CS_NODE"), program = env("CODE_SERVER");
const common = ["--user-data-dir", data, "--extensions-dir", extensions, "--config", path.join(temporary, "cs.yaml")];
execFileSync(node, [program, ...common, "--install-extension", env("VSIX")], { env: childEnv, stdio: "ignore" });
const port = await new Promise((done) => { const probe = net.createServer().listen(0, "127.0.0.1", () => { const found = probe.address().port; probe.close(() => done(found)); }); });
const server = spawn(node, [program, ...common, "--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry", "--disable-update-check",
  "--disable-workspace-trust", "--disable-getting-started-override", folder], { env: childEnv, stdio: ["ignore", fs.openSync(path.join(out, `code-server-${theme}.log`), "w"), "inherit"] });
let browser, page;
const shot = (name) => page.screenshot({ path: path.join(out, `${name}-${theme}.png`) });
const input = async (...keys) => {
  // A key that is pressed while a view gives the focus away is lost: press again.
  for (let i = 0; ; i++) {
    for (const key of keys) await page.keyboard.press(key);
    try { await page.waitForSelector(".quick-input-widget input:visible", { timeout: 2500 }); return; } catch (fault) { if (i === 6) throw fault; }
    await page.locator(".monaco-editor .view-lines").first().click({ position: { x: 300, y: 560 } });
  }
};
const command = async (title) => {
  await input("F1");
  await page.keyboard.type(title);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor({ timeout: 10000 });
  await page.keyboard.press("Enter");
};
const goto = async (text, inside = 0) => {
  const lines = fs.readFileSync(file, "utf8").split("\n");
  const line = lines.findIndex((one) => one.includes(text));
  await input("Control+1", "Control+G");
  await page.keyboard.type(`${line + 1}:${lines[line].indexOf(text) + inside + 1}`);
  await pause(200);
  await page.keyboard.press("Enter");
  await pause(200);
};
const marks = () => page.locator(".monaco-editor .squiggly-error").count();
try {
  for (let i = 0; ; i++) {
    try { if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) break; } catch { /* not yet */ }
    if (i > 150) throw new Error("code-server did not start");
    await pause(200);
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
  const row = page.locator(".explorer-folders-view .monaco-list-row", { hasText: path.basename(file) });
  await row.waitFor({ timeout: 60000 });
  await row.dblclick();
  await page.waitForSelector(".monaco-editor .view-line", { timeout: 30000 });
  await page.waitForFunction(() => document.querySelectorAll(".monaco-editor .squiggly-error").length >= 2, null, { timeout: 30000 });
  check("both wrong claims are underlined", true);
  await page.waitForFunction(() => [...document.querySelectorAll(".statusbar-item")].some((item) => item.textContent.includes("shapecheck")), null, { timeout: 10000 });
  check("the status item is there", true);
  await pause(500);
  const signs = await page.evaluate(() => [...document.querySelectorAll(".view-line")].map((line) => [...line.querySelectorAll("span > span")].find((one) => one.textContent.trim().startsWith("#"))?.className));
  check("a line with an annotation is still a comment", new Set(signs.filter(Boolean)).size === 1, JSON.stringify(signs.filter(Boolean)));
  await shot("squiggle");

  const mark = await page.locator(".monaco-editor .squiggly-error").first().boundingBox();
  await page.mouse.move(mark.x + 10, mark.y + mark.height / 2);
  await page.waitForSelector(".monaco-hover:not(.hidden) .hover-contents", { timeout: 20000 });
  await pause(800);
  const hover = (await page.locator(".monaco-hover:not(.hidden)").first().innerText()).replace(/\s+/g, " ");
  check("hover has the message", hover.includes("does not fit"), JSON.stringify(hover.slice(0, 200)));
  await shot("hover-error");
  await page.keyboard.press("Escape");
  await page.mouse.move(700, 700);

  await goto("q = w_a' A B w_b");
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+I");
  await page.locator(".monaco-hover:not(.hidden)", { hasText: "∂q/∂B" }).first().waitFor({ timeout: 15000 });
  check("hover has gradients", true);
  await pause(500);
  await shot("hover");
  await page.keyboard.press("Escape");

  await goto("dq/dB = w_a' A w_b", 10);
  await command("shapecheck: Show the Derivation");
  const view = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  await view.locator(".gradient.chosen", { hasText: "∂q/∂B" }).waitFor({ timeout: 20000 });
  check("the view derives by what the claim derives by", true);
  check("its formulas are typeset", (await view.locator("math msup").count()) > 5, String(await view.locator("math").count()));
  check("its steps are told", (await view.locator("ol li").count()) > 3);
  await pause(400);
  await shot("derivation");
  await view.locator(".gradient", { hasText: "∂q/∂w_a" }).click();
  await view.locator(".gradient.chosen", { hasText: "∂q/∂w_a" }).waitFor({ timeout: 10000 });
  check("another variable can be chosen", true);
  await view.locator(".gradient.chosen").focus();
  await page.keyboard.press("ArrowDown");
  await view.locator(".gradient.chosen", { hasText: "∂q/∂w_b" }).waitFor({ timeout: 10000 });
  check("by the keyboard too", true);
  await page.keyboard.press("Control+B");

  for (const [text, inside] of [["dq/dB = w_a' A w_b", 10], ["ds/du = 2 𝔼 𝔼 u", 10]]) {
    await goto(text, inside);
    const fix = page.locator(".action-widget .monaco-list-row:visible", { hasText: "Write" }).first();
    for (let i = 0; ; i++) {
      await page.keyboard.press("Control+.");
      try { await fix.waitFor({ state: "visible", timeout: 3000 }); break; } catch (fault) { if (i === 5) throw fault; }
      await page.keyboard.press("Escape");
    }
    await shot(inside === 10 && text.startsWith("dq") ? "fix" : "fix-behind");
    const before = await marks();
    await page.keyboard.press("Enter");
    await page.waitForFunction((many) => document.querySelectorAll(".monaco-editor .squiggly-error").length < many, before, { timeout: 20000 });
  }
  check("both are fixed", (await marks()) === 0, String(await marks()));
  await page.keyboard.press("Control+S");
  let text = "";
  for (let i = 0; i < 50; i++) { text = fs.readFileSync(file, "utf8"); if (text.includes("w_b'") && text.includes("𝔼' u\n")) break; await pause(100); }
  check("the saved file has the right gradients", text.includes("dq/dB = A' w_a w_b'\n") && text.includes("ds/du = 2 𝔼 𝔼' u\n"), JSON.stringify(text.slice(-420)));

  await goto("q = w_a' A B w_b", 3);
  await command("shapecheck: Insert the Gradient");
  const picked = page.locator(".quick-input-list .monaco-list-row", { hasText: "∂q/∂A" }).first();
  await picked.waitFor({ timeout: 10000 });
  await picked.click();
  await page.locator(".view-line", { hasText: "dq/dA" }).first().waitFor({ timeout: 10000 });
  check("a gradient is inserted", true);
  await pause(1500);
  check("verdicts stand behind claims", (await page.locator(".view-lines", { hasText: "✓" }).count()) > 0);
  await shot("fixed");
  await goto("q = w_a' A B w_b", 0);
  await page.keyboard.press("F2");
  const name = page.locator(".monaco-editor.rename-box input.rename-input");
  await name.waitFor({ state: "visible", timeout: 10000 });
  await name.fill("loss");
  await name.press("Enter");
  await page.locator(".view-line", { hasText: "dloss/dB" }).first().waitFor({ timeout: 10000 });
  check("renamed in its claims too", true);
} catch (fault) {
  failed++;
  console.log("FAIL", fault.message);
  await page?.screenshot({ path: path.join(out, `error-${theme}.png`) }).catch(() => {});
} finally {
  await browser?.close();
  server.kill("SIGTERM");
  await new Promise((done) => { server.exitCode !== null ? done() : server.once("exit", done); setTimeout(() => { server.kill("SIGKILL"); done(); }, 8000).unref(); });
  fs.rmSync(temporary, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
