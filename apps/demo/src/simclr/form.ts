import {
  bounds,
  changeNames,
  complaint,
  defaults,
  type LiveSettings,
  type NumberName,
  type Settings,
  sourceNames,
} from './settings.ts'

const numbers = Object.keys(bounds) as NumberName[]
const changes = Object.keys(changeNames)

/** Fills the select and puts settings into the form. */
export function fillForm(form: HTMLFormElement, settings: Settings = defaults): void {
  const select = form.elements.namedItem('source') as HTMLSelectElement
  if (select.options.length === 0) {
    select.append(...Object.entries(sourceNames).map(([value, label]) => new Option(label, value)))
  }
  for (const [name, value] of Object.entries(settings)) {
    const input = form.elements.namedItem(name) as HTMLInputElement | null
    if (!input) continue
    if (typeof value === 'boolean') input.checked = value
    else input.value = String(value)
  }
}

/** The settings as they stand, and what is wrong with one, in words. */
export function readForm(form: HTMLFormElement): { readonly settings: Settings; readonly problem?: string } {
  const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement
  let problem: string | undefined
  const read = (name: NumberName) => {
    const value = input(name).value.trim() === '' ? Number.NaN : Number(input(name).value)
    const wrong = complaint(name, value)
    input(name).setAttribute('aria-invalid', String(wrong !== undefined))
    if (wrong !== undefined) problem ??= `${labels[name]}: ${wrong}`
    return value
  }
  const values = Object.fromEntries(numbers.map(name => [name, read(name)]))
  const chosen = Object.fromEntries(changes.map(name => [name, input(name).checked]))
  const source = input('source').value
  return { settings: { ...chosen, ...values, source } as unknown as Settings, problem }
}

export const liveOf = ({ seed, source, batchSize, ...live }: Settings): LiveSettings => live

const labels: Readonly<Record<NumberName, string>> = {
  seed: 'Seed',
  batchSize: 'Batch',
  steps: 'Steps',
  temperature: 'Temperature',
  learningRate: 'Learning rate',
}
