/** Bytes from one row of the packed right operand to the next: 12 columns. */
export const STEP: usize = 48

/** row[j] becomes, or gains, sums[j]. */
export function addRow(row: usize, sums: usize, count: i32, accumulate: bool): void {
  const bytes = (<usize>count) << 2
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const sum = v128.load(sums + at)
    v128.store(row + at, accumulate ? f32x4.add(sum, v128.load(row + at)) : sum)
  }
  for (; at < bytes; at += 4) {
    const sum = load<f32>(sums + at)
    store<f32>(row + at, accumulate ? sum + load<f32>(row + at) : sum)
  }
}
