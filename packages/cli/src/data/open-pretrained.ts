import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import type { PretrainedClip } from '@chiaro/tasks'
import { decodeSafetensors } from '@chiaro/train'
import * as z from 'zod/mini'

/** Weights and what says how they are used, as Hugging Face and open_clip call them. */
const layouts = [
  { weights: 'model.safetensors', config: 'config.json' },
  { weights: 'open_clip_model.safetensors', config: 'open_clip_config.json' },
] as const

const perChannel = z.array(z.number()).check(z.minLength(1))
const preprocessor = z.object({ image_mean: perChannel, image_std: perChannel })

/**
 * Reads the folder of a CLIP checkpoint.
 *
 * @throws ChiaroError ('data') that names the folder or the file that is missing, or is none
 */
export async function openPretrained(folder: string): Promise<PretrainedClip> {
  const names = await readdir(folder).catch(cause => {
    throw broken(folder, `must be a folder, got ${cause.message}`, cause)
  })
  const layout = layouts.find(({ weights }) => names.includes(weights))
  if (layout === undefined) {
    const expected = layouts.map(({ weights }) => weights).join(' or ')
    throw broken(folder, `must hold ${expected}, got ${names.slice(0, 5).join(', ') || 'nothing'}`)
  }
  const text = (name: string) =>
    readFile(join(folder, name), 'utf8').catch(cause => {
      throw broken(join(folder, name), `must be a file of text, got ${cause.message}`, cause)
    })
  const textIfAny = async (name: string) => (names.includes(name) ? text(name) : undefined)
  const parsed = async (name: string): Promise<unknown> => {
    const content = await textIfAny(name)
    try {
      return content === undefined ? undefined : JSON.parse(content)
    } catch (cause) {
      throw broken(join(folder, name), `must be JSON, got ${(cause as Error).message}`, cause)
    }
  }
  const merges = await textIfAny('merges.txt')
  const pixels = preprocessor.safeParse(await parsed('preprocessor_config.json')).data
  return {
    weights: await weightsIn(join(folder, layout.weights)),
    config: await parsed(layout.config),
    ...(pixels && { pixels: { mean: pixels.image_mean, deviation: pixels.image_std } }),
    tokenizer:
      (await textIfAny('tokenizer.json')) ??
      (merges === undefined ? undefined : { merges, vocabulary: await textIfAny('vocab.json') }),
  }
}

async function weightsIn(file: string): Promise<PretrainedClip['weights']> {
  try {
    return decodeSafetensors(await readFile(file)).tensors
  } catch (cause) {
    throw broken(file, (cause as Error).message, cause)
  }
}

function broken(path: string, problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('data', `${path}: ${problem}`, '--pretrained', { cause })
}
