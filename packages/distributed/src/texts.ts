import type { Communicator } from './communicator.ts'

/** The texts of all ranks, in the order of ranks. For some words: a number travels for each byte of UTF-8. */
export function allGatherTexts(text: string, communicator: Communicator): string[] {
  return communicator.allGather(floatsOfText(text)).map(textOfFloats)
}

export const floatsOfText = (text: string): Float32Array => Float32Array.from(new TextEncoder().encode(text))

export const textOfFloats = (floats: Float32Array): string =>
  new TextDecoder().decode(Uint8Array.from(floats))
