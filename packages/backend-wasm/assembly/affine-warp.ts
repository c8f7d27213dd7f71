// Affine warps with bilinear interpolation, one a picture.

/** The address of pixel (column, row), or of `outside` beyond the border. */
// @inline
function pixelAt(
  picture: usize,
  outside: usize,
  column: i32,
  row: i32,
  width: i32,
  height: i32,
  stride: usize,
): usize {
  const inside = <u32>column < <u32>width && <u32>row < <u32>height
  return inside ? picture + <usize>(row * width + column) * stride : outside
}

/**
 * out = x warped; x and out [batch, height, width, channels], transforms [batch, 6] as (a, b, e, c, d, f);
 * `outside` holds one pixel of the fill value.
 */
@unmanaged
class Warps {
  x: usize
  transforms: usize
  out: usize
  outside: usize
  batch: i32
  height: i32
  width: i32
  channels: i32
}

export function affineWarp(problem: Warps): void {
  const outside = problem.outside
  const height = problem.height
  const width = problem.width
  const channels = problem.channels
  const stride = (<usize>channels) << 2
  const size = <usize>(height * width) * stride
  for (let i = 0; i < problem.batch; i++) {
    const picture = problem.x + <usize>i * size
    const t = problem.transforms + <usize>i * 24
    const a = load<f32>(t)
    const b = load<f32>(t, 4)
    const e = load<f32>(t, 8)
    const c = load<f32>(t, 12)
    const d = load<f32>(t, 16)
    const f = load<f32>(t, 20)
    let to = problem.out + <usize>i * size
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        // Kept within reach of an i32; so far out there is only fill.
        const column = min<f32>(max<f32>(a * <f32>u + b * <f32>v + e, -1e6), 1e6)
        const row = min<f32>(max<f32>(c * <f32>u + d * <f32>v + f, -1e6), 1e6)
        const left = floor<f32>(column)
        const top = floor<f32>(row)
        const right = column - left
        const bottom = row - top
        const px = <i32>left
        const py = <i32>top
        const p00 = pixelAt(picture, outside, px, py, width, height, stride)
        const p01 = pixelAt(picture, outside, px + 1, py, width, height, stride)
        const p10 = pixelAt(picture, outside, px, py + 1, width, height, stride)
        const p11 = pixelAt(picture, outside, px + 1, py + 1, width, height, stride)
        const w00 = (<f32>1 - right) * (<f32>1 - bottom)
        const w01 = right * (<f32>1 - bottom)
        const w10 = (<f32>1 - right) * bottom
        const w11 = right * bottom
        for (let at: usize = 0; at < stride; at += 4) {
          store<f32>(
            to + at,
            w00 * load<f32>(p00 + at) +
              w01 * load<f32>(p01 + at) +
              w10 * load<f32>(p10 + at) +
              w11 * load<f32>(p11 + at),
          )
        }
        to += stride
      }
    }
  }
}
