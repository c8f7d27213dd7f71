import { typeError } from '@chiaro/core'

/**
 * The classes of samples.
 *
 * @param each what there is one of for each: "picture"
 * @throws TypeError unless labels are as many whole numbers
 */
export function classesOf(where: string, labels: ArrayLike<number>, count: number, each: string): Int32Array {
  if (labels.length !== count) {
    throw typeError(where, 'labels', `[${count}], one for each ${each}`, `[${labels.length}]`)
  }
  const wrong = Array.from(labels).findIndex(label => !Number.isSafeInteger(label))
  if (wrong >= 0) throw typeError(where, `labels[${wrong}]`, 'a whole number', String(labels[wrong]))
  return Int32Array.from(labels)
}
