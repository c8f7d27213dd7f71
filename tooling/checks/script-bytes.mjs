import { SourceMap } from 'node:module'
import { gzipSync } from 'node:zlib'

/** tfjs, and what it brings. */
const tfjs = /node_modules\/(@tensorflow|long|seedrandom)\//

/**
 * A script without what its source map says comes from tfjs; the rest is as it was. What a map says nothing of stays.
 *
 * @param map a source map, sectioned or not
 */
export function withoutTfjs(script, map) {
  const places = new SourceMap(map)
  return script
    .split('\n')
    .map((line, at) => {
      let kept = ''
      for (let column = 0; column < line.length; column++) {
        const { originalSource, generatedLine } = places.findEntry(at, column)
        // What stands before a line's first place is told by the line above, which says nothing of it.
        if (generatedLine !== at || !tfjs.test(originalSource ?? '')) kept += line[column]
      }
      return kept
    })
    .join('\n')
}

/** The bytes of a script, gzipped, and of what is left of it without tfjs, undefined where it has no map. */
export function scriptBytes(script, map) {
  const bytes = gzipSync(script).length
  return { bytes, withoutTfjs: map && gzipSync(withoutTfjs(script, map)).length }
}
