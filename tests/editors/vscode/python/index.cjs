// Stands in for Microsoft's Python extension, which no registry here has: the part of its API by which others learn the selection.
const path = require("node:path");
const vscode = require("vscode");

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  let environment;
  context.subscriptions.push(changed, vscode.commands.registerCommand("python-double.select", (folder) => { environment = folder; changed.fire({ path: folder }); }));
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ path: environment ?? "" }),
      resolveEnvironment: async (found) => (found.path ? { executable: { sysPrefix: found.path, uri: vscode.Uri.file(path.join(found.path, "bin", "python")) } } : undefined),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
