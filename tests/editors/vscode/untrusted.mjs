// A workspace that is not trusted names and contains programs: none is started, and the server is found elsewhere.
import fs from "node:fs";
import path from "node:path";
import { check, env, inWindow, pause } from "./browser.mjs";

const file = env("FILE"), started = env("STARTED");
const names = () => (fs.existsSync(started) ? fs.readFileSync(started, "utf8").trim().split("\n").join(", ") : "");
await inWindow({ folder: path.dirname(file), file }, async (page, person) => {
  await person.untilSquiggles("(many) => many >= 2");
  await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
  check("the workspace is not trusted", true);
  check("its formulas are checked by the server on the PATH", true);
  await person.command("shapecheck: Restart the Server");
  await pause(1500);
  await person.untilSquiggles("(many) => many >= 2");
  check("nothing of the workspace was started", names() === "", names());
  await person.shot("untrusted");

  // The trap works: it springs as soon as the workspace is trusted.
  await person.command("Workspaces: Manage Workspace Trust");
  const trust = page.locator(".workspace-trust-editor .monaco-button", { hasText: "Trust" }).first();
  await trust.waitFor();
  await trust.click();
  for (let i = 0; i < 200 && names() === ""; i++) await pause(100);
  check("its own server is started once it is trusted", names() !== "", names());
});
