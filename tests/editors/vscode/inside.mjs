// Runs a suite inside the extension host, with the whole API of an extension; the window only carries it.
import path from "node:path";
import { check, env, inWindow, remote } from "./browser.mjs";

const suites = path.join(import.meta.dirname, "suites");
let ended;
const end = new Promise((done) => (ended = done));
const doubles = (process.env.DOUBLES ?? "").split(":").filter(Boolean).map((name) => ["extensionDevelopmentPath", remote(path.join(import.meta.dirname, name))]);
const payload = [["extensionDevelopmentPath", remote(suites)], ...doubles, ["extensionTestsPath", remote(path.join(suites, `${env("SUITE")}.cjs`))]];
const place = process.env.WORKSPACE?.endsWith(".code-workspace") ? { workspace: process.env.WORKSPACE } : { folder: process.env.WORKSPACE };
let seen = 0;
const told = (_, args) => {
  for (const text of args.join(" ").split("\n")) {
    const found = /^(ok  |FAIL|note) (.*)$/su.exec(text);
    if (!found) {
      if (process.env.VERBOSE) console.log(text);
    } else if (found[1] === "note") console.log(found[2]);
    else { seen++; check(found[2], found[1] === "ok  "); }
  }
};
await inWindow({ ...place, payload, functions: { codeAutomationLog: told, codeAutomationExit: (code) => ended(code) } }, async (page) => {
  const code = await Promise.race([end, new Promise((done) => setTimeout(() => done("timeout"), 200_000).unref())]);
  if (code === "timeout") await page.screenshot({ path: path.join(env("OUT"), `timeout-${env("SUITE")}.png`) });
  check(`${env("SUITE")} ends`, code === 0 && seen > 0, String(code));
});
