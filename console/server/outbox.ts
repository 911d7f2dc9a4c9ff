import type { Message } from "./live";

/** What a page that is asleep is given later; one that has missed more comes again, and is told all. */
const mostWaiting = 200;

/**
 * What one page is to be told, in order, when its connection takes it: a page that takes nothing, as one that its browser
 * has put to sleep, is not to fill the memory. Of what replaces what was told before it, only the last waits.
 */
export class Outbox {
  private readonly waiting: Message[] = [];
  private isSending = false;

  /** `send` resolves when the connection takes more, and never rejects; `giveUp` is called when too much waits. */
  constructor(
    private readonly send: (message: Message) => Promise<unknown>,
    private readonly giveUp: () => void,
  ) {}

  add(message: Message): void {
    const before = this.waiting.findIndex(({ name }) => name === message.name);
    if (message.name !== "videos-changed" && before >= 0) this.waiting.splice(before, 1);
    this.waiting.push(message);
    if (this.waiting.length > mostWaiting) {
      this.waiting.length = 0;
      this.giveUp();
    } else if (!this.isSending) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift())
      await this.send(next);
    this.isSending = false;
  }
}
