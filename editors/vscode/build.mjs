// Two bundles: the extension (for Node) and the script of the derivation view (for the browser).
import { build } from "esbuild";

const shared = { bundle: true, minify: true, sourcemap: false, legalComments: "none", logLevel: "warning" };
await build({ ...shared, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", platform: "node", target: "node20", format: "cjs", external: ["vscode"] });
await build({ ...shared, entryPoints: ["src/webview/panel.ts"], outfile: "dist/panel.js", platform: "browser", target: "es2022", format: "iife" });
