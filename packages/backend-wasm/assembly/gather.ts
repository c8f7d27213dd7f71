import { copyBytes } from './memory'

/** out[b, o, i, ·] = x[b, o, ids[b, i], ·] for x of shape [batch, outer, size, bytes] and ids of shape [batch, count]. */
@unmanaged
class Gathering {
  x: usize
  ids: usize
  out: usize
  batch: i32
  outer: i32
  size: i32
  bytes: i32
  count: i32
}

/** Returns the position in `ids` of the first that is not in 0 … size − 1, and then stops; −1 when all are. */
export function gather(problem: Gathering): i32 {
  const ids = problem.ids
  const batch = problem.batch
  const outer = problem.outer
  const size = problem.size
  const bytes = problem.bytes
  const count = problem.count
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < count; i++) {
      if (<u32>load<i32>(ids + ((<usize>(b * count + i)) << 2)) >= <u32>size) return b * count + i
    }
  }
  let out = problem.out
  const plane = <usize>size * <usize>bytes
  for (let b = 0; b < batch; b++) {
    const own = ids + ((<usize>(b * count)) << 2)
    for (let o = 0; o < outer; o++) {
      const from = problem.x + <usize>(b * outer + o) * plane
      for (let i = 0; i < count; i++) {
        copyBytes(out, from + <usize>load<i32>(own + ((<usize>i) << 2)) * <usize>bytes, bytes)
        out += bytes
      }
    }
  }
  return -1
}
