/** Where the server's program is. In a workspace that is not trusted nothing is started that lies in it. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

export interface Found {
  command: string;
  args: string[];
  origin: string;
}

const windows = process.platform === "win32";
const binaries = windows ? "Scripts" : "bin";
const program = windows ? "shapecheck.exe" : "shapecheck";

export async function discover(context: vscode.ExtensionContext): Promise<Found | undefined> {
  const given = vscode.workspace.getConfiguration("shapecheck").get<string[] | null>("command");
  if (given?.length && given[0]) {
    return { command: given[0], args: given.slice(1), origin: "the setting shapecheck.command" };
  }
  const places: [string, string | undefined][] = [
    ["the selected Python environment", allowed(await selectedEnvironment())],
    ["the workspace's virtual environment", allowed(workspaceEnvironment())],
    ["the extension's own environment", ownEnvironment(context)],
  ];
  for (const [origin, environment] of places) {
    const found = environment && programOf(environment);
    if (found) {
      return { command: found, args: ["server"], origin };
    }
  }
  const onPath = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, program));
  const found = onPath.find((file) => path.isAbsolute(file) && isProgram(file) && allowed(file));
  return found ? { command: found, args: ["server"], origin: "the PATH" } : undefined;
}

export function ownEnvironment(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, "environment");
}

export function programOf(environment: string): string | undefined {
  const file = path.join(environment, binaries, program);
  return isProgram(file) ? file : undefined;
}

export function pythonOf(environment: string): string {
  return path.join(environment, binaries, windows ? "python.exe" : "python");
}

/** The path, unless it lies in a workspace that is not trusted. */
function allowed(file: string | undefined): string | undefined {
  if (file === undefined || vscode.workspace.isTrusted) {
    return file;
  }
  const real = fs.existsSync(file) ? fs.realpathSync(file) : file;
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const inside = (place: string) => folders.some((folder) => !path.relative(folder, place).startsWith("..") && !path.isAbsolute(path.relative(folder, place)));
  return inside(file) || inside(real) ? undefined : file;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function workspaceEnvironment(): string | undefined {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const name of [".venv", "venv", "env"]) {
      const environment = path.join(folder.uri.fsPath, name);
      if (programOf(environment)) {
        return environment;
      }
    }
  }
  return undefined;
}

interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: vscode.Uri; sysPrefix?: string } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  try {
    return extension && (extension.isActive ? extension.exports : await extension.activate());
  } catch {
    return undefined;
  }
}

async function selectedEnvironment(): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  if (!environments) {
    return undefined;
  }
  try {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const chosen = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    return chosen?.executable.sysPrefix ?? (chosen?.executable.uri && path.dirname(path.dirname(chosen.executable.uri.fsPath)));
  } catch {
    return undefined;
  }
}

/** Calls back when another Python environment is selected. */
export async function onEnvironment(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments?.onDidChangeActiveEnvironmentPath(changed);
}

/** A Python of 3.11 or newer to make an environment with; an error tells what was found instead. */
export async function basePython(): Promise<string> {
  const selected = allowed(await selectedEnvironment());
  const candidates = [...(selected ? [pythonOf(selected)] : []), ...(windows ? ["py", "python"] : ["python3", "python3.13", "python3.12", "python3.11", "python"])];
  const seen: string[] = [];
  for (const candidate of candidates) {
    const version = await run(candidate, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).catch(() => "");
    const [major = 0, minor = 0] = version.trim().split(".").map(Number);
    if (major > 3 || (major === 3 && minor >= 11)) {
      return candidate;
    }
    if (version) {
      seen.push(`${candidate} is ${version.trim()}`);
    }
  }
  throw new Error(seen.length ? `Python 3.11 or newer is needed; ${seen.join(", ")}.` : "Python was not found. Install Python 3.11 or newer, then try again.");
}

export function run(command: string, args: string[], log?: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { timeout: 300_000, windowsHide: true }, (fault, stdout, stderr) =>
      fault ? reject(new Error(stderr.trim().split("\n").slice(-4).join("\n") || fault.message)) : resolve(stdout),
    );
    if (log) {
      child.stdout?.on("data", log);
      child.stderr?.on("data", log);
    }
  });
}
