// Whole: bundlers take a createRequire that is imported by its name for theirs.
import * as nodeModule from 'node:module'
import { pathToFileURL } from 'node:url'
import { ChiaroError } from '@chiaro/core'
import type sharp from 'sharp'

type Sharp = typeof sharp

let loaded: Sharp | undefined

/** From where it is looked for; a bundle of CommonJS has no import.meta.url. */
const here = import.meta.url ?? pathToFileURL(__filename).href

/**
 * sharp, which decodes pictures. Loaded when the first picture is asked for, so that whoever reads tables and arrays need
 * not install its 19 MB.
 *
 * @throws ChiaroError 'backend' with the npm install line when it can't be loaded
 */
export function loadSharp(load: (name: string) => unknown = nodeModule.createRequire(here)): Sharp {
  try {
    if (loaded === undefined) {
      const module = load('sharp') as Sharp & { readonly default?: Sharp }
      // Some runners give what an ES module would be.
      loaded = module.default ?? module
    }
    return loaded
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new ChiaroError(
      'backend',
      `@chiaro/data/node: sharp, which decodes pictures, can't be loaded; npm install sharp@^0.35.5 (${detail})`,
      undefined,
      { cause },
    )
  }
}
