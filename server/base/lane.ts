// A lane: callers' items are gathered into batches, one batch under way at a time. While a batch is
// under way the next gathers; an idle lane flushes at once (the TigerBeetle client's rule), so
// there is no timer and no added delay. It knows nothing of what the batches do.

export interface Lane<Item, Result> {
  /** Joins the next batch. Rejects at once with what `onFull` makes where too many items wait. */
  submit(item: Item): Promise<Result>;
  /** Items waiting, not counting the batch under way. */
  readonly waiting: number;
  /** True while a batch is under way or gathering. */
  readonly isRunning: boolean;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

export interface LaneOptions<Item, Result> {
  readonly maxBatch: number;
  readonly maxWaiting: number;
  readonly onFull: () => Error;
  /** Settles every item of the batch, in order: a result, or an Error for that item alone. */
  readonly flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

export function createLane<Item, Result>(options: LaneOptions<Item, Result>): Lane<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];
  let running = false;
  let onIdle: (() => void)[] = [];

  async function flushOnce(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.flush(batch.map((waiting) => waiting.item));
      batch.forEach((waiting, index) => {
        const result = results[index];
        if (result instanceof Error) waiting.reject(result);
        else if (index >= results.length) waiting.reject(new Error('the batch lost an item'));
        else waiting.resolve(result as Result);
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error as Error);
    }
  }

  async function drain(): Promise<void> {
    running = true;
    // One turn of the event loop lets requests that arrived together leave together.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = queue.slice(0, options.maxBatch);
      queue = queue.slice(options.maxBatch);
      await flushOnce(batch);
    }
    running = false;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  }

  return {
    submit(item) {
      if (queue.length >= options.maxWaiting) return Promise.reject(options.onFull());
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!running) void drain();
      });
    },
    get waiting() {
      return queue.length;
    },
    get isRunning() {
      return running;
    },
    idle: () => (running ? new Promise((resolve) => onIdle.push(resolve)) : Promise.resolve()),
  };
}
