/** Python environments: those that are selected in the editor, and what a new one is made with. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import { allowed, folders } from "./trust";

export const WINDOWS = process.platform === "win32";
export const BINARIES = WINDOWS ? "Scripts" : "bin";

export function pythonOf(environment: string): string {
  return path.join(environment, BINARIES, WINDOWS ? "python.exe" : "python");
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

/** What is selected for each folder of the workspace, or for none. */
export async function selectedEnvironments(): Promise<string[]> {
  const environments = (await pythonApi())?.environments;
  const found: string[] = [];
  for (const folder of environments ? (folders().length ? folders() : [undefined]) : []) {
    try {
      const chosen = await environments?.resolveEnvironment(environments.getActiveEnvironmentPath(folder?.uri));
      const prefix = chosen?.executable.sysPrefix ?? (chosen?.executable.uri && path.dirname(path.dirname(chosen.executable.uri.fsPath)));
      found.push(...(prefix ? [prefix] : []));
    } catch {
      // An environment that has gone is none.
    }
  }
  return found;
}

/** Calls back when another Python environment is selected. */
export async function onEnvironment(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments?.onDidChangeActiveEnvironmentPath(changed);
}

/** A Python of 3.11 or newer to make an environment with; an error tells what was found instead. */
export async function basePython(): Promise<string> {
  const selected = (await selectedEnvironments()).filter(allowed).map(pythonOf);
  const candidates = [...selected, ...(WINDOWS ? ["py", "python"] : ["python3", "python3.13", "python3.12", "python3.11", "python"])];
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

/** What a program writes; an error has the end of what it said. */
export function run(command: string, args: string[], log?: (text: string) => void, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 600_000, maxBuffer: 1 << 26, windowsHide: true, ...(signal ? { signal } : {}) };
    const child = execFile(command, args, options, (fault, stdout, stderr) => {
      const said = (stderr.trim() || stdout.trim()).split("\n").slice(-4).join("\n");
      return fault ? reject(signal?.aborted ? fault : new Error(said || fault.message)) : resolve(stdout);
    });
    if (log) {
      child.stdout?.on("data", log);
      child.stderr?.on("data", log);
    }
  });
}
