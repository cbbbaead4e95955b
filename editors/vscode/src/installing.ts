/** An environment of the extension's own for the server. */
import * as fs from "node:fs";
import * as vscode from "vscode";
import { basePython, ownEnvironment, programOf, pythonOf, run } from "./discovery";

export async function install(context: vscode.ExtensionContext, output: vscode.OutputChannel): Promise<boolean> {
  const environment = ownEnvironment(context);
  const version = String((context.extension.packageJSON as { version: string }).version);
  const tell = (text: string) => output.append(text);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: "shapecheck: installing the server" }, async () => {
    try {
      fs.mkdirSync(context.globalStorageUri.fsPath, { recursive: true });
      await run(await basePython(), ["-m", "venv", "--clear", environment], tell);
      await run(pythonOf(environment), ["-m", "pip", "install", "--disable-pip-version-check", `shapecheck-lsp==${version}`], tell);
      return programOf(environment) !== undefined;
    } catch (fault) {
      output.appendLine(String(fault));
      const chosen = await vscode.window.showErrorMessage(
        `shapecheck could not be installed: ${(fault as Error).message}`,
        "Show the Output",
      );
      if (chosen) {
        output.show();
      }
      return false;
    }
  });
}
