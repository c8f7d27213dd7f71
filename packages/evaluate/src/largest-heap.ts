import type { FoundRow } from './nearest-rows.ts'

/** Whether a is worse than b: later rows lose ties. */
function isWorse(a: FoundRow, b: FoundRow): boolean {
  return a.score < b.score || (a.score === b.score && a.row > b.row)
}

/** Keeps the `most` best rows in a heap whose root is the worst of them. Rows come in rising order. */
export function keepLargest(heap: FoundRow[], most: number, row: number, score: number, name: string): void {
  // A later row of equal score is worse than those kept, so that the root alone decides; this is the usual case.
  if (heap.length === most && score <= heap[0].score) return
  const added = { row, score, name }
  if (heap.length < most) {
    heap.push(added)
    raise(heap)
  } else {
    heap[0] = added
    sink(heap)
  }
}

/** The rows of a heap, best first. */
export function sortedHeap(heap: readonly FoundRow[]): FoundRow[] {
  return heap.toSorted((a, b) => (isWorse(a, b) ? 1 : -1))
}

function raise(heap: FoundRow[]): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!isWorse(heap[at], heap[parent])) return
    ;[heap[at], heap[parent]] = [heap[parent], heap[at]]
    at = parent
  }
}

function sink(heap: FoundRow[]): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const child = left + 1 < heap.length && isWorse(heap[left + 1], heap[left]) ? left + 1 : left
    if (!isWorse(heap[child], heap[at])) return
    ;[heap[at], heap[child]] = [heap[child], heap[at]]
    at = child
  }
}
