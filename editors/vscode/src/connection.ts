/** The language client: started once at a time, stopped cleanly, told apart when it is missing. */
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { discover } from "./discovery";
import type { Answer } from "./answer";
import type { Status } from "./status";

const SCHEMES = ["file", "untitled", "vscode-notebook-cell"];

export class Connection implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly languages: readonly string[],
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly missing: () => void,
  ) {}

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  /** Restarts follow each other, however fast they are asked for. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stop()).then(() => this.start());
    return this.turn;
  }

  async ask(document: vscode.TextDocument, position: vscode.Position, by?: string, token = new vscode.CancellationTokenSource().token): Promise<Answer | null> {
    if (!this.client || !this.isRunning) {
      return null;
    }
    const at = this.client.code2ProtocolConverter.asPosition(position);
    return this.client.sendRequest<Answer | null>("shapecheck/panel", { textDocument: { uri: document.uri.toString() }, position: at, by }, token);
  }

  /** A command of the server's. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    return this.isRunning ? this.client?.sendRequest("workspace/executeCommand", { command, arguments: args }) : undefined;
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.stop(3000);
    } catch (fault) {
      this.output.debug(`it did not stop by itself: ${String(fault)}`);
    }
    await client?.dispose().catch(() => undefined);
  }

  dispose(): void {
    void this.stop();
  }

  private async start(): Promise<void> {
    this.status.starting();
    const found = await discover(this.context);
    if (!found) {
      this.status.missing();
      this.missing();
      return;
    }
    this.output.info(`${found.command} ${found.args.join(" ")} (from ${found.origin})`);
    const run = { command: found.command, args: found.args };
    const client = new LanguageClient("shapecheck", "shapecheck", { run, debug: run }, this.options());
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) {
        return;
      }
      void vscode.commands.executeCommand("setContext", "shapecheck.running", newState === State.Running);
      if (newState === State.Running) {
        this.status.running(client.initializeResult?.serverInfo?.version ?? "", found.origin);
      } else if (newState === State.Stopped) {
        this.status.stopped("It has stopped; the output says why.");
      }
    });
    try {
      await client.start();
    } catch (fault) {
      this.output.error(String(fault));
      this.status.stopped(`\`${found.command}\` does not start: ${(fault as Error).message}`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: this.languages.flatMap((language) => SCHEMES.map((scheme) => ({ scheme, language }))),
      synchronize: { configurationSection: "shapecheck" },
      initializationOptions: settings(),
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const found = await next(params, token);
            return Array.isArray(found) ? found.map((value) => (isTable(value) ? themed(value) : value)) : found;
          },
        },
      },
    };
  }
}

function settings(): Record<string, unknown> {
  return themed({ ...vscode.workspace.getConfiguration("shapecheck") });
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
