// Three bundles: the extension, the language client that it loads once it is active, and the script of the derivation view.
// LICENSES.txt must tell of every package in them; `node build.mjs licenses` writes it anew.
import { build } from "esbuild";
import fs from "node:fs";
import path from "node:path";

const shared = { bundle: true, minify: true, sourcemap: false, legalComments: "none", logLevel: "warning", metafile: true };
const node = { ...shared, platform: "node", target: "node20", format: "cjs", supported: { "dynamic-import": false } };
const bundles = await Promise.all([
  build({ ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode", "./client.js"] }),
  build({ ...node, entryPoints: ["src/client.ts"], outfile: "dist/client.js", external: ["vscode"] }),
  build({ ...shared, entryPoints: ["src/webview/panel.ts"], outfile: "dist/panel.js", platform: "browser", target: "es2022", format: "iife" }),
]);

const folders = new Set(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
const told = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = fs.readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return `${name} ${version}: ${license}\n\n${file ? fs.readFileSync(path.join(folder, file), "utf8").replaceAll("\r\n", "\n").trim() : ""}\n`;
});
const text = ["Packages in the bundle, and their licences.\n", ...[...new Set(told)].sort()].join(`\n${"-".repeat(80)}\n\n`);
if (process.argv[2] === "licenses") {
  fs.writeFileSync("LICENSES.txt", text);
} else if (fs.readFileSync("LICENSES.txt", "utf8") !== text) {
  console.error("LICENSES.txt is stale: run `node build.mjs licenses`");
  process.exit(1);
}
