// What the suites share: tests that are told line by line, and waiting.
const vscode = require("vscode");

const until = async (what, holds, ms = 40000) => {
  const end = Date.now() + ms;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

/** `exports.run` of a suite: its tests in their order, each of which may fail without ending the others. */
const suite = (tests) => async () => {
  let failed = 0;
  for (const [name, run] of Object.entries(tests)) {
    const began = Date.now();
    try {
      const got = await run();
      console.log(`ok   ${name} (${Date.now() - began} ms)${got === undefined ? "" : ` ${got}`}`);
    } catch (fault) {
      failed++;
      console.log(`FAIL ${name}: ${String(fault.stack ?? fault).replaceAll("\n", " | ")}`);
    }
  }
  if (failed) throw new Error(`${failed} failed`);
};

const folder = (at = 0) => vscode.workspace.workspaceFolders[at].uri;
const open = async (name, at = 0) => {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(at), name));
  return [document, await vscode.window.showTextDocument(document)];
};
const findings = (uri) => vscode.languages.getDiagnostics(uri).filter((one) => one.source === "shapecheck");
const findingsOf = (uri, many) => until(`${many} findings`, () => { const found = findings(uri); return found.length === many && found; });
const place = (document, text, inside = 0) => {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`no ${text} in the document`);
  return document.positionAt(at + inside);
};
const extension = () => vscode.extensions.getExtension("shapecheck.shapecheck");

module.exports = { extension, findings, findingsOf, folder, open, place, suite, until };
