// Weighted sums of a table's rows, and their gradients. Rows are added in their order: the same sum every time.
import { addScaledRow, dotRow } from './rows'

/** For each of `batch` texts, `length` ids of rows of table [rows, width] and their weights. */
@unmanaged
class EmbeddingBag {
  table: usize
  ids: usize
  weights: usize
  rows: i32
  width: i32
  batch: i32
  length: i32
}

@unmanaged
class EmbeddingBagSums extends EmbeddingBag {
  out: usize
}

@unmanaged
class EmbeddingBagGradient extends EmbeddingBag {
  dy: usize
  tableGradient: usize
  weightsGradient: usize
}

/** out [batch, width], zero at first: out_b += weights_bl · table[ids_bl]. Ids outside the table add nothing. */
export function embeddingBag(problem: EmbeddingBagSums): void {
  const table = problem.table
  const rows = problem.rows
  const width = problem.width
  const length = problem.length
  const stride = (<usize>width) << 2
  for (let b = 0; b < problem.batch; b++) {
    const row = problem.out + <usize>b * stride
    for (let l = 0; l < length; l++) {
      const at = (<usize>(b * length + l)) << 2
      const id = load<i32>(problem.ids + at)
      const weight = load<f32>(problem.weights + at)
      if (<u32>id < <u32>rows && weight !== 0) addScaledRow(weight, table + <usize>id * stride, row, width)
    }
  }
}

/**
 * tableGradient [rows, width], zero at first: tableGradient[ids_bl] += weights_bl · dy_b;
 * weightsGradient [batch, length] = table[ids_bl] · dy_b.
 */
export function embeddingBagGradient(problem: EmbeddingBagGradient): void {
  const table = problem.table
  const rows = problem.rows
  const width = problem.width
  const length = problem.length
  const stride = (<usize>width) << 2
  for (let b = 0; b < problem.batch; b++) {
    const row = problem.dy + <usize>b * stride
    for (let l = 0; l < length; l++) {
      const at = (<usize>(b * length + l)) << 2
      const id = load<i32>(problem.ids + at)
      const weight = load<f32>(problem.weights + at)
      let dot: f32 = 0
      // Padding is half of a batch of texts; its weight is nobody's parameter.
      if (<u32>id < <u32>rows && (id !== 0 || weight !== 0)) {
        if (weight !== 0) addScaledRow(weight, row, problem.tableGradient + <usize>id * stride, width)
        dot = dotRow(table + <usize>id * stride, row, width)
      }
      store<f32>(problem.weightsGradient + at, dot)
    }
  }
}
