// VS Code's workbench as a person uses it, from the squiggle to the saved fix; screenshots into OUT. With PICTURES set, only what
// they need is done. With README set, those that the extension's README shows are large and cut out; the formulas in them are told,
// so that they can be compared with those of now.
import path from "node:path";
import { check, env, inWindow, pause } from "./browser.mjs";

const theme = env("THEME");
const file = env("FILE");
const readme = Boolean(process.env.README);
const whole = !process.env.PICTURES;

await inWindow({ folder: path.dirname(file), file, scale: readme ? 2 : 1 }, async (page, person) => {
  const shot = (name) => person.shot(`${name}-${theme}`);
  const shown = async (name, formulas, clip) => {
    console.log(`shown ${JSON.stringify([name, formulas])}`);
    await person.shot(`${name}-${theme}`, readme ? clip : undefined);
  };
  await page.waitForSelector(".monaco-editor .view-line");
  await person.untilSquiggles("(many) => many >= 2");
  check("both wrong claims are underlined", true);
  await page.waitForFunction(() => [...document.querySelectorAll(".statusbar-item")].some((item) => item.textContent.includes("shapecheck")), null);
  check("the status item is there", true);
  await pause(500);
  const signs = await page.evaluate(() => [...document.querySelectorAll(".view-line")].map((line) => [...line.querySelectorAll("span > span")].find((one) => one.textContent.trim().startsWith("#"))?.className));
  check("a line with an annotation is still a comment", new Set(signs.filter(Boolean)).size === 1, JSON.stringify(signs.filter(Boolean)));
  await shot("squiggle");

  const mark = await page.locator(".monaco-editor .squiggly-error").first().boundingBox();
  await page.mouse.move(mark.x + 10, mark.y + mark.height / 2);
  await page.waitForSelector(".monaco-hover:not(.hidden) .hover-contents");
  await pause(800);
  const hover = (await page.locator(".monaco-hover:not(.hidden)").first().innerText()).replace(/\s+/g, " ");
  check("hover has the message", hover.includes("does not fit"), JSON.stringify(hover.slice(0, 200)));
  await shot("hover-error");
  await page.keyboard.press("Escape");
  await page.mouse.move(700, 700);

  await person.goto("q = w_a' A B w_b");
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+I");
  await page.locator(".monaco-hover:not(.hidden)", { hasText: "∂q/∂B" }).first().waitFor();
  check("hover has gradients", true);
  const pictures = page.locator(".monaco-hover:not(.hidden) img");
  await pictures.first().waitFor();
  const drawn = await pictures.evaluateAll((all) => all.map((one) => [one.alt, one.naturalWidth]));
  check("typeset", drawn.length >= 5 && drawn.every(([, width]) => width > 0), JSON.stringify(drawn));
  await pause(500);
  await page.mouse.move(900, 700);
  await shown("hover", drawn.map(([formula]) => formula), { x: 352, y: 0, width: 928, height: 500 });
  await page.keyboard.press("Escape");

  await person.goto("dq/dB = w_a' A w_b", 10);
  await person.command("shapecheck: Show the Derivation");
  const view = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  await view.locator(".gradient.chosen", { hasText: "∂q/∂B" }).waitFor();
  check("the view derives by what the claim derives by", true);
  check("its formulas are typeset", (await view.locator("math msup").count()) > 5, String(await view.locator("math").count()));
  check("its steps are told", (await view.locator("ol li").count()) > 3);
  await pause(400);
  await shown("derivation", await view.locator(".gradient").evaluateAll((all) => all.map((one) => one.ariaLabel)), { x: 0, y: 0, width: 1280, height: 768 });
  if (whole) await panel(page, person, view);
  await page.keyboard.press("Control+B");

  for (const [text, inside] of [["dq/dB = w_a' A w_b", 10], ["ds/du = 2 𝔼 𝔼 u", 10]]) {
    await person.goto(text, inside);
    const menu = await person.quickFix("Write");
    if (text.startsWith("dq")) await shown("fix", await menu.allInnerTexts(), { x: 52, y: 0, width: 928, height: 460 });
    else await shot("fix-behind");
    const before = await person.squiggles();
    await page.keyboard.press("Enter");
    await person.untilSquiggles(`(many) => many < ${before}`);
  }
  check("both are fixed", (await person.squiggles()) === 0, String(await person.squiggles()));
  const text = await person.save((now) => now.includes("w_b'") && now.includes("𝔼' u\n"));
  check("the saved file has the right gradients", text.includes("dq/dB = A' w_a w_b'\n") && text.includes("ds/du = 2 𝔼 𝔼' u\n"), JSON.stringify(text.slice(-420)));

  if (whole) await insertGradient(page, person);
  await page.locator(".view-lines", { hasText: "✓" }).first().waitFor();
  check("verdicts stand behind claims", true);
  await page.locator(".view-line", { hasText: "q: () = w_a" }).first().waitFor();
  check("shapes stand behind names", true);
  await pause(500);
  await shot("fixed");
  if (whole) await completeAndRename(page, person);
});

/** In the derivation's view: another variable, by mouse and keyboard; what a screen reader is told; the policy; a button that copies. */
async function panel(page, person, view) {
  await view.locator(".gradient", { hasText: "∂q/∂w_a" }).click();
  await view.locator(".gradient.chosen", { hasText: "∂q/∂w_a" }).waitFor();
  check("another variable can be chosen", true);
  await view.locator(".gradient.chosen").focus();
  await page.keyboard.press("ArrowDown");
  await view.locator(".gradient.chosen", { hasText: "∂q/∂w_b" }).waitFor();
  check("by the keyboard too", true);
  check("a screen reader is told", (await view.getByRole("status").innerText()) === "Derivative of q by w_b");
  check("of one choice", (await view.getByRole("radiogroup", { name: "Gradients of q" }).getByRole("radio", { checked: true }).count()) === 1);
  const policy = await view.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  check("nothing but its own script and style is let in", policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), policy);
  await view.getByRole("button", { name: "Copy as LaTeX" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".statusbar-item", { hasText: "copied as latex" }).first().waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  check("a button copies", copied === "B^{\\top} A^{\\top} w_{a}", copied);
  await person.goto("s = u' 𝔼");
  await view.locator(".gradient", { hasText: "∂s/∂u" }).waitFor();
  check("it follows the cursor", true);
}

async function insertGradient(page, person) {
  await person.goto("q = w_a' A B w_b", 3);
  await person.command("shapecheck: Insert the Gradient");
  const picked = page.locator(".quick-input-list .monaco-list-row", { hasText: "∂q/∂A" }).first();
  await picked.waitFor();
  await picked.click();
  await page.locator(".view-line", { hasText: "dq/dA" }).first().waitFor();
  check("a gradient is inserted", true);
}

async function completeAndRename(page, person) {
  await person.save((now) => now.includes("dq/dA"));
  await person.goto("dq/dB", "dq/dB = A' w_a w_b'".length);
  await page.keyboard.type("; \\ome");
  const letter = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "\\omega" }).first();
  await letter.waitFor();
  await person.shot(`completion-${theme}`);
  await letter.click();
  await page.locator(".view-line", { hasText: "; ω" }).first().waitFor();
  check("\\omega is completed", true);
  for (let i = 0; i < 3; i++) await page.keyboard.press("Backspace");
  await person.save((now) => now.includes("dq/dA") && !now.includes("ω"));

  await person.goto("q = w_a' A B w_b", 0);
  await page.keyboard.press("F2");
  const name = page.locator(".monaco-editor.rename-box input.rename-input");
  await name.waitFor();
  await name.fill("loss");
  await name.press("Enter");
  await page.locator(".view-line", { hasText: "dloss/dB" }).first().waitFor();
  check("renamed in its claims too", true);
}
