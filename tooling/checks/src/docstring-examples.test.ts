import { expect, it } from 'vitest'
import { docstringExamples } from '../docstring-examples.mjs'

it('finds the examples in docstrings, with their lines, and nothing else that is fenced', () => {
  const text = `import x from 'x'

/**
 * A sum.
 *
 * @example
 * \`\`\`ts
 * import { sum } from 'x'
 *
 * sum([1, 2]) // 3
 * \`\`\`
 */
export function sum() {}

const page = \`
\\\`\\\`\\\`ts
no()
\\\`\\\`\\\`
\`
// \`\`\`ts
interface A {
  /**
   * \`\`\`ts
   * own()
   * \`\`\`
   */
  readonly own: () => void
}
`
  expect(docstringExamples(text)).toEqual([
    { line: 7, code: "import { sum } from 'x'\n\nsum([1, 2]) // 3\n" },
    { line: 23, code: 'own()\n' },
  ])
})
