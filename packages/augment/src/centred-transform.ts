/**
 * The transform of `affineWarp` that takes pixel p of the result from M·(p − centre) + centre + shift of the picture.
 *
 * @param linear M, row by row: how column and row change
 * @param shift in pixels
 */
export function centredTransform(
  height: number,
  width: number,
  [a, b, c, d]: readonly [number, number, number, number],
  [right, down]: readonly [number, number] = [0, 0],
): readonly [a: number, b: number, e: number, c: number, d: number, f: number] {
  const [x, y] = [(width - 1) / 2, (height - 1) / 2]
  return [a, b, x - a * x - b * y + right, c, d, y - c * x - d * y + down]
}
