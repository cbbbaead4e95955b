/** The language client as the extension wants it. It is a bundle of its own, loaded when the extension has been activated. */
import * as vscode from "vscode";
import { CloseAction, LanguageClient, RevealOutputChannelOn, State, type ErrorHandler, type LanguageClientOptions, type Middleware } from "vscode-languageclient/node";
import type { Found } from "./discovery";

export type { LanguageClient };

const SCHEMES = ["file", "untitled", "vscode-notebook-cell"];
/** A search through the workspace is followed by a rest of so many times what it took. */
const REST = 20;

export function create(found: Found, languages: readonly string[], output: vscode.LogOutputChannel, changed: (running: boolean) => void): LanguageClient {
  const options = { env: { ...process.env, ...found.env }, ...(found.cwd === undefined ? {} : { cwd: found.cwd }) };
  const run = { command: found.command, args: found.args, options };
  let ran = false;
  const handler: ErrorHandler = {
    error: (...given) => usual.error(...given),
    // What never ran would not run at the fifth try either.
    closed: () => (ran ? usual.closed() : { action: CloseAction.DoNotRestart, handled: true }),
  };
  const client = new LanguageClient("shapecheck", "shapecheck", { run, debug: run }, { ...clientOptions(languages, output), errorHandler: handler });
  const usual = client.createDefaultErrorHandler();
  client.onDidChangeState(({ newState }) => {
    ran ||= newState === State.Running;
    if (newState !== State.Starting) {
      changed(newState === State.Running);
    }
  });
  return client;
}

function clientOptions(languages: readonly string[], output: vscode.LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: languages.flatMap((language) => SCHEMES.map((scheme) => ({ scheme, language }))),
    synchronize: { configurationSection: "shapecheck" },
    initializationOptions: themed({ ...vscode.workspace.getConfiguration("shapecheck") }),
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {
      provideWorkspaceDiagnostics: rested(),
      workspace: {
        configuration: async (params, token, next) => {
          const given = await next(params, token);
          return Array.isArray(given) ? given.map((value) => (isTable(value) ? themed(value) : value)) : given;
        },
      },
    },
  };
}

/** Files that are not open are searched only where that is wanted, and not all the time. */
function rested(): NonNullable<Middleware["provideWorkspaceDiagnostics"]> {
  let until = 0;
  return async (known, token, report, next) => {
    if (!vscode.workspace.getConfiguration("shapecheck").get("workspaceDiagnostics", false)) {
      return { items: known.map(({ uri }) => ({ kind: "full" as never, uri, version: null, items: [] })) };
    }
    await new Promise((done) => setTimeout(done, Math.max(0, until - Date.now())));
    const began = Date.now();
    const found = await next(known, token, report);
    until = Date.now() + REST * (Date.now() - began);
    return found;
  };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only the editor knows whether its theme is dark. */
function themed(values: Record<string, unknown>): Record<string, unknown> {
  const kind = vscode.window.activeColorTheme.kind;
  const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
  return values.theme === undefined || values.theme === "auto" ? { ...values, theme: dark ? "dark" : "light" } : values;
}
