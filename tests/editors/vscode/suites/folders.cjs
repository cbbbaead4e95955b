// A workspace of several folders: each has its own configuration, settings and names.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { findings, findingsOf, open, suite, until } = require("./harness.cjs");

exports.run = suite({
  "each folder has its own configuration": async () => {
    assert.equal(vscode.workspace.workspaceFolders.length, 3);
    const [first] = await open("demo.py", 0);
    await findingsOf(first.uri, 2);
    const [second] = await open("demo.py", 1);
    await until("its claims are verified", async () => (await vscode.commands.executeCommand("vscode.executeInlayHintProvider", second.uri, new vscode.Range(0, 0, 99, 0))).length);
    assert.deepEqual(findings(second.uri), [], "its pyproject.toml ignores the rule");
  },
  "and its own settings": async () => {
    const [third] = await open("demo.py", 2);
    await until("the other severity", () => findings(third.uri).length === 2 && findings(third.uri).every((one) => one.severity === vscode.DiagnosticSeverity.Information));
  },
  "a folder that is added is checked too": async () => {
    const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, "..", "later");
    const done = new Promise((resolve) => { const listener = vscode.workspace.onDidChangeWorkspaceFolders(() => { listener.dispose(); resolve(); }); });
    assert.ok(vscode.workspace.updateWorkspaceFolders(3, 0, { uri: folder }));
    await done;
    const [document] = await open("demo.py", 3);
    await findingsOf(document.uri, 2);
  },
});
