/** What may be started. In a workspace that is not trusted, nothing that lies in it. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

export function folders(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders ?? [];
}

export function allowed(file: string): boolean {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const roots = folders().flatMap((folder) => [folder.uri.fsPath, real(folder.uri.fsPath)]);
  return ![file, real(file)].some((place) => roots.some((root) => isInside(place, root)));
}

function isInside(place: string, root: string): boolean {
  const way = path.relative(root, place);
  return !(way === ".." || way.startsWith(`..${path.sep}`) || path.isAbsolute(way));
}

function real(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}
