/** An environment of the extension's own for the server, made from what comes with the extension. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { ownEnvironment, programOf } from "./discovery";
import { basePython, pythonOf, run } from "./python";

/** Whether the server is there afterwards. */
export async function install(context: vscode.ExtensionContext, output: vscode.OutputChannel): Promise<boolean> {
  const environment = ownEnvironment(context);
  const where = { location: vscode.ProgressLocation.Notification, title: "shapecheck", cancellable: true };
  return vscode.window.withProgress(where, async (progress, token) => {
    const aborter = new AbortController();
    token.onCancellationRequested(() => aborter.abort());
    const step = (message: string, command: string, args: string[]) => {
      progress.report({ message });
      output.appendLine(`${command} ${args.join(" ")}`);
      return run(command, args, (text) => output.append(text), aborter.signal);
    };
    try {
      fs.mkdirSync(path.dirname(environment), { recursive: true });
      await step("making an environment for the server", await basePython(), ["-m", "venv", "--clear", environment]);
      const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
      await step("installing the server", pythonOf(environment), [...pip, `${server(context)}[typeset]`]);
      fs.writeFileSync(stamp(context), version(context));
      return programOf(environment) !== undefined;
    } catch (fault) {
      fs.rmSync(environment, { recursive: true, force: true });
      if (!token.isCancellationRequested) {
        void tellFailure((fault as Error).message, output);
      }
      return false;
    }
  });
}

/** Whether the extension's own environment holds the server of another version than the extension's. */
export function isOutdated(context: vscode.ExtensionContext): boolean {
  try {
    return programOf(ownEnvironment(context)) !== undefined && fs.readFileSync(stamp(context), "utf8") !== version(context);
  } catch {
    return true;
  }
}

/** The wheel that the extension brings, or its release. */
function server(context: vscode.ExtensionContext): string {
  const folder = path.join(context.extensionPath, "server");
  const wheel = fs.existsSync(folder) ? fs.readdirSync(folder).find((name) => name.includes(`-${version(context)}-`)) : undefined;
  return wheel ? path.join(folder, wheel) : `shapecheck-lsp==${version(context)}`;
}

function version(context: vscode.ExtensionContext): string {
  return String((context.extension.packageJSON as { version: string }).version);
}

function stamp(context: vscode.ExtensionContext): string {
  return path.join(ownEnvironment(context), "shapecheck-version");
}

async function tellFailure(message: string, output: vscode.OutputChannel): Promise<void> {
  output.appendLine(message);
  const chosen = await vscode.window.showErrorMessage(`shapecheck could not be installed: ${message}`, "Show the Output", "Help");
  if (chosen === "Show the Output") {
    output.show();
  } else if (chosen) {
    await vscode.commands.executeCommand("shapecheck.openWalkthrough");
  }
}
