/** Names without the blanks around them. @throws what `fail` makes of a name that comes twice */
export function columnNames(fields: readonly string[], fail: (problem: string) => Error): string[] {
  const names = fields.map(trimmed)
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice === undefined) return names
  throw fail(`column names must differ, got ${twice} twice`)
}

/** Without blanks before and behind; a byte order mark within a name stays. */
export function trimmed(name: string): string {
  return name.replace(/^[ \t\u00a0]+|[ \t\u00a0]+$/g, '')
}

const delimiters = [',', ';', '\t', '|']
const quotedName = '"(?:[^"]|"")*"'

/** The delimiter that the first line of a text seems to have, where it has none of the one it should have. */
export function holdsAnotherDelimiter(text: string, delimiter: string): string | undefined {
  const [line] = /^[^\r\n]*/.exec(text.replace(/^[\r\n]+/, '')) as RegExpExecArray
  const bare = line.replaceAll(new RegExp(quotedName, 'g'), '')
  if (bare.includes(delimiter)) return undefined
  const counts = delimiters.map(other => bare.split(other).length - 1)
  const most = Math.max(...counts)
  return most === 0 ? undefined : delimiters[counts.indexOf(most)]
}

/** Whether every name of a text's header is in quotes: so writes who quotes throughout. */
export function headerInQuotes(text: string, delimiter: string): boolean {
  const escaped = delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^[\\r\\n]*(?:${quotedName}${escaped})*${quotedName}(?=[\\r\\n]|$)`).test(text)
}
