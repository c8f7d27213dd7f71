import { nearestRows } from '@chiaro/evaluate'
import type { Features } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import type { NamedPictures } from '../data/named-pictures.ts'
import { escapeText, type Markup } from './page.ts'

/** Each of the first pictures, and beside it those whose embeddings are nearest to its own. */
export async function neighbourPictures(
  { vectors, dimension }: Features,
  pictures: NamedPictures,
  chosen: Int32Array,
  { queries = 8, neighbours = 7 } = {},
): Promise<Markup> {
  const asked = Math.min(queries, chosen.length)
  const query = tf.tensor2d(vectors.subarray(0, asked * dimension), [asked, dimension])
  const names = Array.from(chosen, row => pictures.names[row])
  const found = await nearestRows(query, [{ vectors, names }], { top: neighbours + 1 })
  query.dispose()
  const lines = await Promise.all(
    found.map(async (rows, i) => {
      const others = rows.filter(({ row }) => row !== i).slice(0, neighbours)
      const figures = [
        await figure(pictures, chosen[i], 'query', 'query'),
        ...(await Promise.all(
          others.map(({ row, score }) => figure(pictures, chosen[row], 'neighbour', score.toFixed(3))),
        )),
      ]
      return `<div>${figures.join('')}</div>`
    }),
  )
  return { html: lines.join('\n') }
}

async function figure(pictures: NamedPictures, row: number, kind: string, caption: string): Promise<string> {
  const [height, width, channels] = pictures.shape
  const { images, rows } = await pictures.read(Int32Array.of(row))
  const size = height * width * channels
  const bytes = images.data.subarray(rows[0] * size, (rows[0] + 1) * size)
  const png = await sharp(bytes, { raw: { width, height, channels } }).png().toBuffer()
  const name = escapeText(pictures.names[row])
  const source = `data:image/png;base64,${png.toString('base64')}`
  return `<figure class="${kind}"><img src="${source}" alt="${name}" title="${name}">${escapeText(caption)}</figure>`
}
