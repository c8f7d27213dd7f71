/** Where copies of this package leave word of themselves to each other. */
const mark = Symbol.for('chiaro.core')

/** To be called once when a copy of this package is loaded: the second says so, once for all that follow. */
export function noticeCopy(): void {
  const shared = globalThis as { [mark]?: 'one' | 'told' }
  if (shared[mark] === 'one') {
    console.warn(
      'Two copies of @chiaro/core are loaded, of two versions as a rule. They work together, but old code may be one of ' +
        'them: `npx chiaro doctor` or `npm ls @chiaro/core` says where they are, `npm dedupe` or an upgrade makes them one.',
    )
  }
  shared[mark] = shared[mark] === undefined ? 'one' : 'told'
}
