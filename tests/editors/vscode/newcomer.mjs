// Someone who has installed the extension and nothing else: the message, its two buttons, the walkthrough, the example and its fix.
import path from "node:path";
import { check, env, inWindow, pause } from "./browser.mjs";

const file = env("FILE");
await inWindow({ folder: path.dirname(file), file }, async (page, person) => {
  const message = person.notification("shapecheck's server was found");
  await message.waitFor();
  check("it is told that there is no server", true);
  await page.locator(".statusbar-item.warning-kind", { hasText: "shapecheck" }).first().waitFor();
  check("the status item warns", true);
  await person.shot("newcomer-message");
  await message.getByText("Help", { exact: true }).click();
  const steps = page.locator(".gettingStartedContainer .getting-started-step");
  await steps.first().waitFor();
  check("the help is the walkthrough", (await steps.count()) >= 4, String(await steps.count()));
  await pause(1000);
  await person.shot("newcomer-walkthrough");

  await page.locator(".tab", { hasText: "demo.py" }).click();
  await person.command("shapecheck: Restart the Server");
  const again = person.notification("shapecheck's server was found");
  await again.waitFor();
  await again.getByText("Install", { exact: true }).click();
  const item = page.locator(".statusbar-item [aria-label*='shapecheck 0']").and(page.locator("[aria-label*=\"the extension's own environment\"]"));
  await item.first().waitFor({ timeout: 200_000 });
  check("one button installs the server", true);
  await person.command("shapecheck: Open the Example");
  await person.untilSquiggles("(many) => many === 1");
  check("the example's gradient is underlined", true);
  await (await person.quickFix("Write")).click();
  await page.locator(".view-line", { hasText: "dq/dB = A' w_a w_b'" }).first().waitFor();
  check("and fixed", true);
});
