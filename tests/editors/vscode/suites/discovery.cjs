// Where the server comes from: the first of the setting, the selected environment, the workspace's, the PATH. Each place holds a
// script that writes its name and becomes the server.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const { findingsOf, folder, open, suite, until } = require("./harness.cjs");

const root = path.join(folder().fsPath, "..");
const server = path.join(root, "server");
const trace = path.join(root, "started");
const bin = (environment) => path.join(environment, "bin", "shapecheck");
const put = (file, name) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\necho ${name} >> "${trace}"\nexec "${server}" "$@"\n`, { mode: 0o755 });
};
const started = () => (fs.existsSync(trace) ? fs.readFileSync(trace, "utf8").trim().split("\n") : []);
const selected = path.join(root, "selected"), workspace = path.join(folder().fsPath, ".venv"), onPath = path.join(root, "path");
const setting = (value) => vscode.workspace.getConfiguration("shapecheck").update("command", value, vscode.ConfigurationTarget.Workspace);
const select = (environment) => vscode.commands.executeCommand("python-double.select", environment);
let document;

/** The place from which the server is started anew while `change` is made. */
const from = async (change) => {
  const before = started().length;
  await change();
  await until("a start", () => started().length > before);
  await findingsOf(document.uri, 2);
  return started().at(-1);
};

exports.run = suite({
  "none: the message says so, and commands do nothing bad": async () => {
    [document] = await open("demo.py");
    await new Promise((done) => setTimeout(done, 1500));
    await vscode.commands.executeCommand("shapecheck.fixAllHere");
    assert.deepEqual(started(), []);
  },
  "the PATH": async () => {
    put(path.join(onPath, "shapecheck"), "path");
    process.env.PATH = `relative:${onPath}:${process.env.PATH}`;
    assert.equal(await from(() => vscode.commands.executeCommand("shapecheck.restart")), "path");
  },
  "before it the workspace's environment": async () => {
    put(bin(workspace), "workspace");
    assert.equal(await from(() => vscode.commands.executeCommand("shapecheck.restart")), "workspace");
  },
  "before it the selected one, as soon as it is selected": async () => {
    put(bin(selected), "selected");
    assert.equal(await from(() => select(selected)), "selected");
  },
  "before all the setting, as soon as it is set": async () => {
    put(path.join(root, "own server"), "setting");
    assert.equal(await from(() => setting([path.join(root, "own server"), "server"])), "setting");
  },
  "and back": async () => {
    assert.equal(await from(() => setting(undefined)), "selected");
    assert.equal(await from(() => select(path.join(root, "nothing here"))), "workspace");
  },
  "many restarts at once are few": async () => {
    const before = started().length;
    await Promise.all(Array.from({ length: 10 }, () => vscode.commands.executeCommand("shapecheck.restart")));
    await findingsOf(document.uri, 2);
    assert.ok(started().length - before <= 2, `${started().length - before} starts`);
  },
  "a program that does not start is told": async () => {
    await setting([path.join(root, "missing")]);
    await vscode.commands.executeCommand("shapecheck.restart");
    await vscode.commands.executeCommand("shapecheck.restart");
    assert.equal(await from(() => setting(undefined)), "workspace");
  },
});
