// A queue by time: what is due first comes first, and of two due at once the one that was put in
// first.

export interface DueHeap<T> {
  readonly push: (at: number, what: T) => void;
  /** When the first is due; undefined when nothing is. */
  readonly nextAt: () => number | undefined;
  readonly pop: () => T | undefined;
  readonly size: () => number;
}

interface Node<T> {
  readonly at: number;
  readonly order: number;
  readonly what: T;
}

export function createDueHeap<T>(): DueHeap<T> {
  const nodes: Node<T>[] = [];
  let pushed = 0;

  const before = (left: Node<T>, right: Node<T>): boolean =>
    left.at < right.at || (left.at === right.at && left.order < right.order);

  function swap(left: number, right: number): void {
    const node = nodes[left]!;
    nodes[left] = nodes[right]!;
    nodes[right] = node;
  }

  function sink(from: number): void {
    for (let at = from; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < nodes.length && before(nodes[child]!, nodes[first]!)) first = child;
      }
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  }

  return {
    push(at, what) {
      pushed += 1;
      nodes.push({ at, order: pushed, what });
      for (let child = nodes.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!before(nodes[child]!, nodes[parent]!)) return;
        swap(child, parent);
        child = parent;
      }
    },
    nextAt: () => nodes[0]?.at,
    pop() {
      const first = nodes[0];
      const last = nodes.pop();
      if (nodes.length > 0) {
        nodes[0] = last!;
        sink(0);
      }
      return first?.what;
    },
    size: () => nodes.length,
  };
}
