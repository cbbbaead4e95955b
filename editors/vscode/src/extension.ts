/** Begin here: what is registered, and who talks to whom. */
import * as vscode from "vscode";
import { Connection } from "./connection";
import { Derivation } from "./derivation";
import { install, isOutdated } from "./installing";
import { onEnvironment } from "./python";
import { Status } from "./status";

const HELP = "shapecheck.shapecheck#first-steps";
const RESTARTS = ["shapecheck.command"];
const COPIES = { Unicode: "unicode", Numpy: "numpy", Torch: "torch", Jax: "jax", Latex: "latex" } as const;
const EXAMPLE = `import numpy as np


def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b
    return w_a @ A @ B @ w_b
`;

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel("shapecheck", { log: true });
  const languages = languagesOf(context);
  const status = new Status(languages);
  const connection = new Connection(context, languages, output, status, () => void tellMissing());
  const derivation = new Derivation(context, connection);
  const register = (name: string, run: (...given: never[]) => unknown) => context.subscriptions.push(vscode.commands.registerCommand(`shapecheck.${name}`, run));

  context.subscriptions.push(output, status, connection, derivation);
  register("restart", () => connection.restart());
  register("showOutput", () => output.show());
  const reinstall = async () => {
    await connection.stop();
    status.installing();
    await install(context, output);
    await connection.restart();
  };
  register("install", reinstall);
  register("openWalkthrough", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", HELP, false));
  register("tryExample", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: EXAMPLE });
    const editor = await vscode.window.showTextDocument(document);
    const place = document.positionAt(EXAMPLE.indexOf("w_a' A w_b"));
    editor.selection = new vscode.Selection(place, place);
  });
  register("showDerivation", async () => {
    await vscode.commands.executeCommand(`${Derivation.id}.focus`);
    await derivation.update();
  });
  register("explainHere", () => atCursor(connection, (uri, start, by) => connection.execute("shapecheck.explain", { uri, position: start, by })));
  register("insertGradientHere", () => atCursor(connection, (uri, start, by) => connection.execute("shapecheck.insertGradient", { uri, position: start, by: [by] })));
  register("fixAllHere", () => {
    const document = vscode.window.activeTextEditor?.document;
    return document && connection.execute("shapecheck.fixAll", { uri: document.uri.toString() });
  });
  for (const [name, notation] of Object.entries(COPIES)) {
    register(`copy${name}`, () => copy(connection, notation));
  }

  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTS.some((key) => event.affectsConfiguration(key))) {
        void connection.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void connection.restart()),
  );
  // The editor's start does not wait for the client to be loaded.
  setImmediate(() => {
    void (isOutdated(context) ? reinstall() : connection.restart());
    void onEnvironment(() => void connection.restart()).then((listener) => listener && context.subscriptions.push(listener));
  });
}

export function deactivate(): void {
  // The connection is among the subscriptions.
}

function languagesOf(context: vscode.ExtensionContext): string[] {
  const manifest = context.extension.packageJSON as { activationEvents: string[] };
  return manifest.activationEvents.flatMap((event) => (event.startsWith("onLanguage:") ? [event.slice("onLanguage:".length)] : []));
}

async function tellMissing(): Promise<void> {
  const chosen = await vscode.window.showWarningMessage("shapecheck's server was found neither in the selected Python environment, nor in the workspace, nor on the PATH.", "Install", "Help");
  if (chosen) {
    await vscode.commands.executeCommand(chosen === "Install" ? "shapecheck.install" : "shapecheck.openWalkthrough");
  }
}

/** Runs with the definition at the cursor and a variable: the one that a claim there derives by, or one that is picked. */
async function atCursor(connection: Connection, run: (uri: string, start: { line: number; character: number }, by: string) => unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const answer = editor && (await connection.ask(editor.document, editor.selection.active));
  if (!answer) {
    void vscode.window.showInformationMessage("shapecheck: put the cursor on a formula such as q = w_a' A B w_b in a comment.");
    return;
  }
  const rows = answer.gradients.map((one) => ({
    label: `∂${answer.name}/∂${one.by}`,
    description: one.shape ?? "",
    detail: one.formula?.text ?? one.reason ?? "",
    by: one.by,
  }));
  const chosen = rows.length > 1 ? await vscode.window.showQuickPick(rows, { placeHolder: "By which variable?" }) : rows[0];
  if (chosen) {
    await run(answer.uri, answer.range.start, chosen.by);
  }
}

async function copy(connection: Connection, notation: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const answer = editor && (await connection.ask(editor.document, editor.selection.active));
  const text = answer?.copies[notation];
  if (answer && text !== undefined) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`shapecheck: ∂${answer.name}/∂${answer.by ?? ""} copied`, 3000);
  } else {
    void vscode.window.showInformationMessage("shapecheck: no gradient here to copy.");
  }
}
