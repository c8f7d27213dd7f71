/**
 * The colour changes of torchvision's float pictures, in place, on the values of one picture (pixel after pixel,
 * `channels` values each). Loops over numbers: composed of tensor operations, hue alone takes forty passes over the
 * pictures, and an order drawn for each picture would need every operation four times.
 */
export type Change = (pixels: Float32Array, channels: number, factor: number) => void

/** How bright each channel looks: ITU-R BT.601's luma with torchvision's four digits, whose sum is 0.9999. */
export const luma = [0.2989, 0.587, 0.114] as const

function cut(value: number): number {
  return value < 0 ? 0 : Math.min(value, 1)
}

/** x' = factor·x, cut to 0…1. */
export const brightness: Change = (pixels, _, factor) => {
  for (let i = 0; i < pixels.length; i++) pixels[i] = cut(factor * pixels[i])
}

/** x' = factor·x + (1 − factor)·m with m the picture's mean luma, cut to 0…1. */
export const contrast: Change = (pixels, channels, factor) => {
  let total = 0
  if (channels === 3) {
    const [red, green, blue] = luma
    for (let i = 0; i < pixels.length; i += 3)
      total += red * pixels[i] + green * pixels[i + 1] + blue * pixels[i + 2]
  } else {
    for (let i = 0; i < pixels.length; i++) total += pixels[i]
  }
  const offset = ((1 - factor) * total * channels) / pixels.length
  for (let i = 0; i < pixels.length; i++) pixels[i] = cut(factor * pixels[i] + offset)
}

/** x' = factor·x + (1 − factor)·luma of the pixel, cut to 0…1; one channel has no saturation. */
export const saturation: Change = (pixels, channels, factor) => {
  if (channels !== 3) return
  const [red, green, blue] = luma
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i]
    const g = pixels[i + 1]
    const b = pixels[i + 2]
    const grey = (1 - factor) * (red * r + green * g + blue * b)
    pixels[i] = cut(factor * r + grey)
    pixels[i + 1] = cut(factor * g + grey)
    pixels[i + 2] = cut(factor * b + grey)
  }
}

/** Every channel becomes the pixel's luma; one channel is grey. */
export const grey: Change = (pixels, channels) => {
  if (channels !== 3) return
  const [red, green, blue] = luma
  for (let i = 0; i < pixels.length; i += 3) {
    pixels.fill(red * pixels[i] + green * pixels[i + 1] + blue * pixels[i + 2], i, i + 3)
  }
}

/**
 * HSV's hue moved by `turn` (1 is once round): with sextant h ∈ [0, 6), largest value v and span c = v − smallest,
 * channel n ∈ {red 5, green 3, blue 1} becomes v − c·max(0, min(k, 4 − k, 1)), k = (n + h + 6·turn) mod 6. One channel
 * has no hue.
 */
export const hue: Change = (pixels, channels, turn) => {
  if (channels !== 3) return
  const shift = 6 * (turn - Math.floor(turn))
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i]
    const g = pixels[i + 1]
    const b = pixels[i + 2]
    const most = r > g ? Math.max(r, b) : Math.max(g, b)
    const least = r < g ? Math.min(r, b) : Math.min(g, b)
    const span = most - least
    if (!(span > 0)) continue
    let h = shift
    if (most === r) h += (g - b) / span + 6
    else if (most === g) h += (b - r) / span + 2
    else h += (r - g) / span + 4
    // No remainders: they take longer than all the rest.
    if (h >= 6) h -= 6
    if (h >= 6) h -= 6
    pixels[i] = channelOf(h + 5, most, span)
    pixels[i + 1] = channelOf(h + 3, most, span)
    pixels[i + 2] = channelOf(h + 1, most, span)
  }
}

/** By name, for who works on values on the host anyway. */
export const pixelColors = { brightness, contrast, saturation, hue, grey }

function channelOf(sextant: number, most: number, span: number): number {
  const k = sextant >= 6 ? sextant - 6 : sextant
  const share = Math.min(k, 4 - k)
  return share <= 0 ? most : share >= 1 ? most - span : most - span * share
}
