import type { StreamMessages } from "../messages";

type Name = keyof StreamMessages;
/** A message of the stream, with its name. */
export type Message = { [N in Name]: { name: N; data: StreamMessages[N] } }[Name];
type Listener = (message: Message) => void;

/** What all open pages are told, and what a page that comes later has missed. */
export class Live {
  private readonly latest = new Map<Name, Message>();
  private readonly listeners = new Set<Listener>();
  private readonly observers = new Set<Listener>();
  private readonly starters = new Set<() => void>();

  /** Tells all pages. What is `kept` replaces what was kept under this name, and is told to whoever comes later. */
  tell(message: Message, { kept }: { kept: boolean } = { kept: true }): void {
    if (kept) this.latest.set(message.name, message);
    for (const listener of [...this.listeners, ...this.observers]) listener(message);
  }

  /** Calls with whatever is told from now on; it is no page, and nothing is asked for its sake. */
  onTold(observer: Listener): void {
    this.observers.add(observer);
  }

  /** What was told last under a name. */
  last<N extends Name>(name: N): StreamMessages[N] | undefined {
    return this.latest.get(name)?.data as StreamMessages[N] | undefined;
  }

  /** Keeps what a page that comes later is to be told, and tells nobody now. */
  keep(message: Message): void {
    this.latest.set(message.name, message);
  }

  /** Tells what is kept, at once, and then whatever comes. The returned function ends that. */
  listen(listener: Listener): () => void {
    for (const message of this.latest.values()) listener(message);
    this.listeners.add(listener);
    if (this.listeners.size === 1) for (const start of this.starters) start();
    return () => this.listeners.delete(listener);
  }

  /** Whether any page is open: the stack is asked nothing as long as nobody looks. */
  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  /** Calls when the first page opens, and whenever one opens after there was none. */
  onWatched(start: () => void): void {
    this.starters.add(start);
  }
}
