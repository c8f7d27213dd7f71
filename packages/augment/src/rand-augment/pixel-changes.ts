import type { PictureChange, PictureValues } from './picture-values.ts'

const cut = (value: number) => Math.min(1, Math.max(0, value))

/** x' = f·x + (1 − f)·s, cut to 0…1, with s the mean of a pixel (5/13) and its neighbours (1/13 each); borders stay. */
export function sharpness(factor: number): PictureChange {
  return ({ values, height, width, channels }) => {
    const before = values.slice()
    const line = width * channels
    for (let v = 1; v < height - 1; v++) {
      for (let u = channels; u < line - channels; u++) {
        const at = v * line + u
        let sum = 4 * before[at]
        for (const row of [at - line, at, at + line])
          sum += before[row - channels] + before[row] + before[row + channels]
        values[at] = cut(factor * before[at] + ((1 - factor) * sum) / 13)
      }
    }
  }
}

/** The upper bits of each value's eight. */
export function posterize(bits: number): PictureChange {
  const mask = 256 - 2 ** (8 - bits)
  return ({ values }) => {
    for (let i = 0; i < values.length; i++) values[i] = (byteOf(values[i]) & mask) / 255
  }
}

/** 1 − x from the threshold on. */
export function solarizeValues(threshold: number): PictureChange {
  return ({ values }) => {
    for (let i = 0; i < values.length; i++) if (values[i] >= threshold) values[i] = 1 - values[i]
  }
}

/** Each channel stretched to 0…1; one of a single value stays. */
export const autocontrast: PictureChange = picture => {
  for (let channel = 0; channel < picture.channels; channel++) {
    let [least, most] = [Infinity, -Infinity]
    overChannel(picture, channel, value => {
      least = Math.min(least, value)
      most = Math.max(most, value)
      return value
    })
    if (most > least) overChannel(picture, channel, value => (value - least) / (most - least))
  }
}

/**
 * Each channel's histogram made even: of 256 grey levels, level i becomes ⌊(step/2 + pixels below i)/step⌋, where step is a
 * 255th of the pixels below the highest level there is; a channel of hardly more than one level stays (as Pillow's).
 */
export const equalize: PictureChange = picture => {
  const pixels = picture.height * picture.width
  for (let channel = 0; channel < picture.channels; channel++) {
    const histogram = new Uint32Array(256)
    overChannel(picture, channel, value => {
      histogram[byteOf(value)] += 1
      return value
    })
    const step = Math.floor((pixels - (histogram.findLast(count => count > 0) ?? 0)) / 255)
    if (step === 0) continue
    let below = Math.floor(step / 2)
    const levels = Float32Array.from(histogram, count => {
      const level = Math.min(255, Math.floor(below / step)) / 255
      below += count
      return level
    })
    overChannel(picture, channel, value => levels[byteOf(value)])
  }
}

const byteOf = (value: number) => Math.min(255, Math.max(0, Math.round(255 * value)))

function overChannel(
  { values, channels }: PictureValues,
  channel: number,
  change: (value: number) => number,
): void {
  for (let i = channel; i < values.length; i += channels) values[i] = change(values[i])
}
