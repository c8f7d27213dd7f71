interface Growable {
  readonly length: number
  [index: number]: number
  set(values: Growable): void
  slice(from: number, to: number): Growable
}

/** A typed array that numbers are pushed to. */
export interface Growing<T> {
  readonly push: (value: number) => void
  /** What was pushed, in an array of its own. */
  readonly values: () => T
}

export function growing<T extends Growable>(type: new (length: number) => T): Growing<T> {
  let values = new type(64)
  let length = 0
  return {
    push: value => {
      if (length === values.length) {
        const larger = new type(2 * length)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    values: () => values.slice(0, length) as T,
  }
}
