// What the extension gives to the editor, asked for as other extensions would; and its commands.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { extension, findings, findingsOf, open, place, suite, until } = require("./harness.cjs");

const run = (name, ...given) => vscode.commands.executeCommand(name, ...given);
const clipboard = () => vscode.env.clipboard.readText();
let document, editor;

const cursor = (text, inside = 0) => {
  const at = place(document, text, inside);
  editor.selection = new vscode.Selection(at, at);
  return at;
};
/** Runs a command that lets one pick, and takes the row that `moves` steps lead to. */
const picked = async (name, moves) => {
  const done = run(name);
  await new Promise((ready) => setTimeout(ready, 1000));
  for (let i = 0; i < moves; i++) await run("workbench.action.quickOpenNavigateNext");
  await run("workbench.action.acceptSelectedQuickOpenItem");
  await done;
};
const lines = (hovers) => hovers.flatMap((one) => one.contents.map((part) => part.value ?? part)).join("\n");

exports.run = suite({
  "its activation is measured": async () => {
    await new Promise((done) => setTimeout(done, 3000)); // the others' start
    const began = performance.now(), before = process.threadCpuUsage();
    await extension().activate();
    const { user, system } = process.threadCpuUsage(before), took = performance.now() - began, computed = (user + system) / 1000;
    console.log(`note activation: ${computed.toFixed(0)} ms of computing, ${took.toFixed(0)} ms in all`);
  },
  "findings, with both columns right behind 𝔼": async () => {
    [document, editor] = await open("demo.py");
    const found = await findingsOf(document.uri, 2);
    assert.deepEqual(found.map((one) => document.getText(one.range)), ["w_a' A w_b", "2 𝔼 𝔼"]);
    assert.deepEqual(found.map((one) => one.code.value), ["shape-mismatch", "shape-mismatch"]);
    return found[0].message;
  },
  "hover": async () => {
    const text = await until("a hover", async () => lines(await run("vscode.executeHoverProvider", document.uri, place(document, "q = w_a'"))));
    assert.match(text, /q: scalar/);
    assert.match(text, /∂q\/∂B/);
    assert.match(text, /!\[A\S* w_a w_b\S*\]\(data:image\/svg/u, "the gradient is typeset");
  },
  "completion of \\omega": async () => {
    const edit = new vscode.WorkspaceEdit();
    const line = place(document, "#   dq/dB").line;
    edit.insert(document.uri, new vscode.Position(line, 0), "    #   \\ome\n");
    await vscode.workspace.applyEdit(edit);
    const at = new vscode.Position(line, 12);
    const item = await until("ω", async () => (await run("vscode.executeCompletionItemProvider", document.uri, at, "\\")).items.find((one) => (one.label.label ?? one.label).includes("omega")));
    const taken = new vscode.WorkspaceEdit();
    const range = item.range?.replacing ?? item.range ?? item.textEdit?.range;
    taken.replace(document.uri, range, item.insertText?.value ?? item.insertText);
    await vscode.workspace.applyEdit(taken);
    assert.match(document.lineAt(line).text, /^ {4}# {3}ω$/u);
    const gone = new vscode.WorkspaceEdit();
    gone.delete(document.uri, new vscode.Range(line, 0, line + 1, 0));
    await vscode.workspace.applyEdit(gone);
  },
  "inlay hints": async () => {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await run("vscode.executeInlayHintProvider", document.uri, all);
    assert.ok(hints.length >= 2);
  },
  "semantic tokens": async () => {
    const legend = await run("vscode.provideDocumentSemanticTokensLegend", document.uri);
    const tokens = await run("vscode.provideDocumentSemanticTokens", document.uri);
    assert.ok(legend.tokenTypes.includes("typeParameter"));
    assert.ok(tokens.data.length > 50);
  },
  "definition, references, symbols, links to the rule's page": async () => {
    const at = place(document, "w_a' A B w_b", 7);
    const [target] = await run("vscode.executeDefinitionProvider", document.uri, at);
    assert.equal((target.targetRange ?? target.range).start.line, place(document, "B: (D, N)").line);
    assert.ok((await run("vscode.executeReferenceProvider", document.uri, at)).length >= 3);
    const symbols = await run("vscode.executeDocumentSymbolProvider", document.uri);
    assert.match(JSON.stringify(symbols), /"shape: score"/);
  },
  "a project's rule is off by a setting, and on again": async () => {
    const settings = vscode.workspace.getConfiguration("shapecheck");
    await settings.update("ignore", ["shape-mismatch"], vscode.ConfigurationTarget.Workspace);
    await findingsOf(document.uri, 0);
    await settings.update("ignore", undefined, vscode.ConfigurationTarget.Workspace);
    await findingsOf(document.uri, 2);
  },
  "restart": async () => {
    await Promise.all([run("shapecheck.restart"), run("shapecheck.restart")]);
    await findingsOf(document.uri, 2);
  },
  "copies": async () => {
    cursor("dq/dB = ", 8);
    const wanted = {
      Numpy: /return np\.outer\(A\.T @ w_a, w_b\)\n$/, Torch: /return torch\.outer\(A\.T @ w_a, w_b\)\n$/, Jax: /return jnp\.outer\(A\.T @ w_a, w_b\)\n$/,
      Latex: /^A\^\{\\top\} w_\{a\} w_\{b\}\^\{\\top\}$/, Unicode: /^Aᵀ w_a w_bᵀ$/u,
    };
    for (const [name, holds] of Object.entries(wanted)) {
      await run(`shapecheck.copy${name}`);
      assert.match(await clipboard(), holds, name);
    }
  },
  "fix": async () => {
    const [finding] = findings(document.uri);
    const actions = await run("vscode.executeCodeActionProvider", document.uri, finding.range, vscode.CodeActionKind.QuickFix.value, 5);
    const fix = actions.find((one) => one.edit && one.isPreferred);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(document.getText(), /dq\/dB = A' w_a w_b'\n/);
    await findingsOf(document.uri, 1);
    return fix.title;
  },
  "fix all": async () => {
    await run("shapecheck.fixAllHere");
    await findingsOf(document.uri, 0);
    assert.match(document.getText(), /ds\/du = 2 𝔼 𝔼' u\n/u);
  },
  "insert a gradient": async () => {
    cursor("q = w_a'");
    await picked("shapecheck.insertGradientHere", 0);
    await until("dq/dA", () => document.getText().includes("dq/dA = w_a w_b' B'"));
  },
  "rename": async () => {
    const edit = await run("vscode.executeDocumentRenameProvider", document.uri, place(document, "q = w_a'"), "loss");
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.match(document.getText(), /dloss\/dB/);
    assert.ok(await document.save());
  },
  "an explanation, as a document": async () => {
    cursor("loss = w_a'");
    await picked("shapecheck.explainHere", 1);
    const shown = await until("a document", () => vscode.window.visibleTextEditors.map((one) => one.document).find((one) => one.getText().includes("Frobenius")));
    assert.equal(shown.languageId, "markdown");
    return shown.uri.scheme;
  },
  "an untitled file": async () => {
    await run("shapecheck.tryExample");
    const untitled = vscode.window.activeTextEditor.document;
    assert.ok(untitled.isUntitled);
    await findingsOf(untitled.uri, 1);
    await run("shapecheck.fixAllHere");
    await until("the fix", () => untitled.getText().includes("dq/dB = A' w_a w_b'"));
  },
  "a notebook: names of a cell hold in the next": async () => {
    const cell = (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
    const given = new vscode.NotebookData([cell("# shape: A: (N, D);  x: (N)\n1"), cell("𝔸 = 1  # shape: s = x' A A' x;  ds/dx = 2 A A x\n2")]);
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", given);
    await vscode.window.showNotebookDocument(notebook);
    const second = notebook.cellAt(1).document;
    const [finding] = await findingsOf(second.uri, 1);
    assert.equal(second.getText(finding.range), "2 A A");
    const actions = await run("vscode.executeCodeActionProvider", second.uri, finding.range, vscode.CodeActionKind.QuickFix.value, 5);
    assert.ok(await vscode.workspace.applyEdit(actions.find((one) => one.edit && one.isPreferred).edit));
    await findingsOf(second.uri, 0);
    assert.match(second.getText(), /ds\/dx = 2 A A' x\n2/);
  },
});
