/**
 * tfjs reads a WebGPU tensor at once by way of three canvases of 256×256 that it makes anew each time; a thousand reads
 * on, the device is lost. Here they are made once; a second call does nothing, lest a canvas be drawn on in another way
 * than before.
 */
export function poolCanvases(): void {
  if (pooled) return
  pooled = true
  const Canvas = globalThis.OffscreenCanvas
  const [side, count] = [256, 3]
  const pool = Array.from({ length: count }, () => new Canvas(side, side))
  let next = 0
  globalThis.OffscreenCanvas = new Proxy(Canvas, {
    construct(target, [width, height]: [number, number]) {
      if (width !== side || height !== side) return new target(width, height)
      next = (next + 1) % count
      return pool[next]
    },
  })
}

let pooled = false
