import { Script } from 'node:vm'

/** What a person calls a new thing, "soft-triplet", as code spells it: softTriplet, SoftTriplet. */
export function namesOf(name) {
  const Pascal = name.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())
  return { kebab: name, camel: Pascal.charAt(0).toLowerCase() + Pascal.slice(1), Pascal }
}

/** Whether a module may declare a name. */
function declarable(name) {
  try {
    new Script(`'use strict'; async () => { const ${name} = 0 }`)
    return true
  } catch {
    return false
  }
}

/** What is wrong with a name, in a sentence; undefined if nothing is. `exported` is what code will call it. */
export function nameProblem(name, exported) {
  const got = `got ${JSON.stringify(name)}`
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return `NAME must be small letters and digits, words joined by hyphens, as in soft-triplet, ${got}`
  if (!declarable(exported)) return `NAME must give a name that code may declare, ${got}`
  return undefined
}

/** The text of a template for a name. */
export const named = (text, { kebab, camel, Pascal }) =>
  text.replaceAll('template-name', kebab).replaceAll('templateName', camel).replaceAll('TemplateName', Pascal)
