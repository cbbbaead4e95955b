/** The derivation view: the formula at the cursor, its gradients, the steps to one of them. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Answer, FromView, ToView } from "./answer";
import type { Connection } from "./connection";

const DELAY = 150;

export class Derivation implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly id = "shapecheck.derivation";
  private view: vscode.WebviewView | undefined;
  private shown: { answer: Answer; document: vscode.TextDocument } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pending: vscode.CancellationTokenSource | undefined;
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly connection: Connection,
  ) {
    this.listeners = [
      vscode.window.registerWebviewViewProvider(Derivation.id, this, { webviewOptions: { retainContextWhenHidden: false } }),
      vscode.window.onDidChangeTextEditorSelection(() => this.follow()),
      vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => document === vscode.window.activeTextEditor?.document && this.follow()),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.context.extensionUri, "dist"), vscode.Uri.joinPath(this.context.extensionUri, "media")] };
    view.webview.html = this.page(view.webview);
    view.webview.onDidReceiveMessage((message: FromView) => void this.take(message));
    view.onDidChangeVisibility(() => view.visible && this.update());
    view.onDidDispose(() => (this.view = undefined));
  }

  /** Asks again a moment after the cursor has come to rest. */
  follow(): void {
    if (this.view?.visible && vscode.workspace.getConfiguration("shapecheck").get("panel.followCursor", true)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.update(), DELAY);
    }
  }

  async update(by?: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!this.view || (!editor && !by)) {
      return;
    }
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    const again = by !== undefined && this.shown;
    const document = again ? again.document : editor?.document;
    const position = again ? new vscode.Position(again.answer.range.start.line, again.answer.range.start.character) : editor?.selection.active;
    if (!document || !position) {
      return;
    }
    try {
      const answer = await this.connection.ask(document, position, by, pending.token);
      if (pending.token.isCancellationRequested) {
        return;
      }
      if (answer) {
        this.shown = { answer, document };
        this.post({ kind: "show", answer });
      } else if (!this.shown || this.shown.document !== document) {
        this.shown = undefined;
        this.post({ kind: "nothing", reason: this.connection.isRunning ? "Put the cursor on a formula in a comment." : "The server does not run." });
      }
    } catch {
      // Asked of a version that has gone meanwhile; the next one is on its way.
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }

  private async take(message: FromView): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.shown = undefined;
        await this.update();
        break;
      case "choose":
        await this.update(message.by);
        break;
      case "copy": {
        const text = this.shown?.answer.copies[message.notation];
        if (text !== undefined) {
          await vscode.env.clipboard.writeText(text);
          vscode.window.setStatusBarMessage(`shapecheck: copied as ${message.notation}`, 3000);
        }
        break;
      }
      case "insert":
        if (this.shown) {
          const { answer } = this.shown;
          await this.connection.execute("shapecheck.insertGradient", { uri: answer.uri, position: answer.range.start, by: [message.by] });
        }
        break;
      case "reveal":
        if (this.shown) {
          const { start } = this.shown.answer.range;
          const place = new vscode.Position(start.line, start.character);
          await vscode.window.showTextDocument(this.shown.document, { selection: new vscode.Range(place, place) });
        }
        break;
    }
  }

  private post(message: ToView): void {
    void this.view?.webview.postMessage(message);
  }

  private page(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString("base64");
    const script = webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, "dist", "panel.js"));
    const style = webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, "media", "panel.css"));
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; font-src ${webview.cspSource};`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style.toString()}">
<title>Derivation</title>
</head>
<body>
<p id="status" role="status"></p>
<main id="content"></main>
<script nonce="${nonce}" src="${script.toString()}"></script>
</body>
</html>`;
  }
}
