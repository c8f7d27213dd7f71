import { bounds, complaint, defaults, type LiveSettings, type NumberName, type Settings } from './settings.ts'

const numbers = Object.keys(bounds) as NumberName[]

/** Puts settings into the form. */
export function fillForm(form: HTMLFormElement, settings: Settings = defaults): void {
  for (const [name, value] of Object.entries(settings)) {
    const input = form.elements.namedItem(name) as HTMLInputElement
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
    if (wrong !== undefined) problem ??= `${bounds[name].label}: ${wrong}`
    return value
  }
  const values = Object.fromEntries(numbers.map(name => [name, read(name)]))
  return { settings: { ...values, learned: input('learned').checked } as unknown as Settings, problem }
}

export const liveOf = ({ steps, learningRate }: Settings): LiveSettings => ({ steps, learningRate })
