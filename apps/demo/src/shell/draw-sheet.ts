import { type Sheet, sheetColumns } from './sheet.ts'

/** The page's copy of all pictures. */
export interface PictureSheet {
  /** Of one picture, in pixels. */
  readonly height: number
  /** Draws a picture into a square. */
  draw(context: CanvasRenderingContext2D, picture: number, left: number, top: number, size: number): void
}

export function pictureSheet({ rgba, sheetWidth, sheetHeight, width, height }: Sheet): PictureSheet {
  const canvas = new OffscreenCanvas(sheetWidth, sheetHeight)
  canvas
    .getContext('2d')
    ?.putImageData(new ImageData(new Uint8ClampedArray(rgba), sheetWidth, sheetHeight), 0, 0)
  return {
    height,
    draw(context, picture, left, top, size) {
      const [x, y] = [(picture % sheetColumns) * width, Math.floor(picture / sheetColumns) * height]
      const scale = size / Math.max(width, height)
      context.drawImage(canvas, x, y, width, height, left, top, width * scale, height * scale)
    },
  }
}

/** Brings a canvas to a size in CSS pixels, sharp on this screen. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(devicePixelRatio, 2)
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide
    canvas.height = high
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}
