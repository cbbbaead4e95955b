/** Where the server's program is. In a workspace that is not trusted nothing is started that lies in it. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { BINARIES, selectedEnvironments, WINDOWS } from "./python";
import { allowed, folders } from "./trust";

export interface Found {
  command: string;
  args: string[];
  origin: string;
  /** Where it runs, and what is added to its environment, where that is not left to chance. */
  cwd?: string;
  env?: Record<string, string>;
}

const PROGRAM = WINDOWS ? "shapecheck.exe" : "shapecheck";

export async function discover(context: vscode.ExtensionContext): Promise<Found | undefined> {
  const found = await program(context);
  // Python looks for modules in the current folder when it is started with -m: not in a workspace that is not trusted.
  return found && !vscode.workspace.isTrusted ? { ...found, cwd: context.extensionUri.fsPath, env: { PYTHONSAFEPATH: "1" } } : found;
}

async function program(context: vscode.ExtensionContext): Promise<Found | undefined> {
  const given = vscode.workspace.getConfiguration("shapecheck").get<string[] | null>("command");
  if (given?.length && given[0]) {
    return { command: given[0], args: given.slice(1), origin: "the setting shapecheck.command" };
  }
  const places: [string, () => Promise<string[]> | string[]][] = [
    ["the selected Python environment", selectedEnvironments],
    ["the workspace's virtual environment", workspaceEnvironments],
    ["the extension's own environment", () => [ownEnvironment(context)]],
  ];
  for (const [origin, environments] of places) {
    for (const environment of await environments()) {
      const command = allowed(environment) && programOf(environment);
      if (command && allowed(command)) {
        return { command, args: ["server"], origin };
      }
    }
  }
  const onPath = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, PROGRAM));
  const command = onPath.find((file) => path.isAbsolute(file) && isProgram(file) && allowed(file));
  return command ? { command, args: ["server"], origin: "the PATH" } : undefined;
}

export function ownEnvironment(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, "environment");
}

export function programOf(environment: string): string | undefined {
  const file = path.join(environment, BINARIES, PROGRAM);
  return isProgram(file) ? file : undefined;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function workspaceEnvironments(): string[] {
  return folders().flatMap((folder) => [".venv", "venv", "env"].map((name) => path.join(folder.uri.fsPath, name)));
}
