import { readFileSync } from 'node:fs'
import { filesUnder } from './files.mjs'

/** The ```ts blocks in the docstrings of a source, { line, code } each; `line` is that of the fence. */
export function docstringExamples(text) {
  return [...text.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].flatMap(comment => {
    const first = text.slice(0, comment.index).split('\n').length
    const plain = comment[0]
      .split('\n')
      .map(line => line.replace(/^\s*\* ?/, ''))
      .join('\n')
    return [...plain.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(block => ({
      line: first + plain.slice(0, block.index).split('\n').length - 1,
      code: block[1],
    }))
  })
}

/** Those of all sources under a folder, tests left out: { file, line, code } each. */
export const examplesUnder = folder =>
  [...filesUnder(folder, /(?<!\.test)\.ts$/)].flatMap(file =>
    docstringExamples(readFileSync(file, 'utf8')).map(one => ({ file, ...one })),
  )
