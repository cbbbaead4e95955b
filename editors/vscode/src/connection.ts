/** The server's life: started once at a time, stopped cleanly, told apart when it is missing. */
import * as vscode from "vscode";
import type { Answer } from "./answer";
import type { LanguageClient } from "./client";
import { discover } from "./discovery";
import type { Status } from "./status";

export class Connection implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private last: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly languages: readonly string[],
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly missing: () => void,
  ) {}

  get isRunning(): boolean {
    return this.client?.isRunning() ?? false;
  }

  /** Restarts follow each other; those that are asked for while one waits for its turn are one with it. */
  restart(): Promise<void> {
    if (!this.next) {
      const turn = this.last.then(async () => {
        this.next = undefined;
        await this.stop();
        await this.start();
      });
      this.next = this.last = turn;
    }
    return this.next;
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
    void vscode.commands.executeCommand("setContext", "shapecheck.running", false);
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
      this.output.warn("no server was found");
      this.status.missing();
      this.missing();
      return;
    }
    this.output.info(`${found.command} ${found.args.join(" ")} (from ${found.origin})`);
    try {
      const { create } = await import("./client.js");
      const client = create(found, this.languages, this.output, (running) => this.changed(client, running, found.origin));
      this.client = client;
      await client.start();
    } catch (fault) {
      this.output.error(String(fault));
      this.status.stopped(`\`${found.command}\` does not start: ${(fault as Error).message}`);
    }
  }

  private changed(client: LanguageClient, running: boolean, origin: string): void {
    if (this.client !== client) {
      return;
    }
    void vscode.commands.executeCommand("setContext", "shapecheck.running", running);
    if (running) {
      this.status.running(client.initializeResult?.serverInfo?.version ?? "", origin);
    } else {
      this.status.stopped("It has stopped; the output says why.");
    }
  }
}
