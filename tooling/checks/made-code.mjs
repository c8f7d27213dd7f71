import { readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'oxc-parser'

const suspicious =
  /\beval\s*\(|\bFunction\s*\(|[=,(]\s*(eval|Function)\b|\bnew\s+Function\b|\bset(Timeout|Interval)\(\s*['"`]/
const isMaker = node => node?.type === 'Identifier' && (node.name === 'eval' || node.name === 'Function')

/**
 * Where a file makes code of text, which a strict Content-Security-Policy refuses: `eval`, `Function`, under another name too,
 * or a timer that is given a string. A line each: { line, what }.
 */
export function madeCode(file, text = readFileSync(file, 'utf8')) {
  if (!suspicious.test(text)) return []
  const found = []
  const note = (what, { start }) => found.push({ line: text.slice(0, start).split('\n').length, what })
  const called = node => {
    const { callee, arguments: given } = node
    if (isMaker(callee)) note(callee.name, node)
    for (const one of given) if (isMaker(one)) note(one.name, node)
    const isText = given[0]?.type === 'TemplateLiteral' || typeof given[0]?.value === 'string'
    if (/^set(Timeout|Interval)$/.test(callee.name ?? '') && isText) note(callee.name, node)
  }
  const named = (value, node) => isMaker(value) && note(value.name, node)
  new Visitor({
    CallExpression: called,
    NewExpression: called,
    VariableDeclarator: node => named(node.init, node),
    AssignmentExpression: node => named(node.right, node),
  }).visit(parseSync(file, text).program)
  return found
}
