/** The item in the status bar: shown where a file is checked, and says what the server does. */
import * as vscode from "vscode";

export class Status implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly listener: vscode.Disposable;

  constructor(private readonly languages: readonly string[]) {
    this.item = vscode.window.createStatusBarItem("shapecheck", vscode.StatusBarAlignment.Right, 99);
    this.item.name = "shapecheck";
    this.listener = vscode.window.onDidChangeActiveTextEditor(() => this.show());
    this.starting();
    this.show();
  }

  starting(): void {
    this.set("$(loading~spin) shapecheck", "The server starts.", "shapecheck.showOutput");
  }

  installing(): void {
    this.set("$(loading~spin) shapecheck", "The server is being installed.", "shapecheck.showOutput");
  }

  running(version: string, origin: string): void {
    this.set("$(pass) shapecheck", `shapecheck ${version}, from ${origin}. Click for the derivation at the cursor.`, "shapecheck.showDerivation");
  }

  stopped(reason: string): void {
    this.set("$(error) shapecheck", `${reason} Click to restart it.`, "shapecheck.restart", true);
  }

  missing(): void {
    this.set("$(warning) shapecheck", "The server is not installed. Click to install it.", "shapecheck.install", true);
  }

  dispose(): void {
    this.item.dispose();
    this.listener.dispose();
  }

  private set(text: string, tooltip: string, command: string, warning = false): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.accessibilityInformation = { label: `shapecheck: ${tooltip}`, role: "button" };
    this.item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }

  private show(): void {
    const language = vscode.window.activeTextEditor?.document.languageId;
    if (language !== undefined && this.languages.includes(language)) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}
