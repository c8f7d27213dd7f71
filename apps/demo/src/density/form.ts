import {
  bounds,
  complaint,
  defaults,
  type EnergyName,
  energyNames,
  type LiveSettings,
  learningRates,
  type NumberName,
  noiseNames,
  objectiveNames,
  type Settings,
  sourceNames,
} from './settings.ts'

const choices = { source: sourceNames, energy: energyNames, objective: objectiveNames, noise: noiseNames }
const numbers = Object.keys(bounds) as NumberName[]

/** Fills the selects and puts settings into the form. */
export function fillForm(form: HTMLFormElement, settings: Settings = defaults): void {
  for (const [name, labels] of Object.entries(choices)) {
    const select = form.elements.namedItem(name) as HTMLSelectElement
    if (select.options.length === 0) {
      select.append(...Object.entries(labels).map(([value, label]) => new Option(label, value)))
    }
  }
  for (const [name, value] of Object.entries(settings)) {
    const input = form.elements.namedItem(name) as HTMLInputElement | null
    if (input) input.value = String(value)
  }
  showValues(form)
}

/** The settings as they stand, and what is wrong with one, in words. */
export function readForm(form: HTMLFormElement): { readonly settings: Settings; readonly problem?: string } {
  const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement
  let problem: string | undefined
  const read = (name: NumberName) => {
    const value = input(name).value.trim() === '' ? Number.NaN : Number(input(name).value)
    const wrong = complaint(name, value)
    input(name).setAttribute('aria-invalid', String(wrong !== undefined))
    if (wrong !== undefined) problem ??= `${labelOf(name)}: ${wrong}`
    return value
  }
  const values = Object.fromEntries(numbers.map(name => [name, read(name)]))
  const chosen = Object.fromEntries(Object.keys(choices).map(name => [name, input(name).value]))
  return { settings: { ...chosen, ...values } as unknown as Settings, problem }
}

export const liveOf = ({ noise, noiseWidth, noiseRatio, steps, learningRate }: Settings): LiveSettings => ({
  noise,
  noiseWidth,
  noiseRatio,
  steps,
  learningRate,
})

/** Another energy learns at another rate; a rate of the user's own stays. */
export function suggestLearningRate(form: HTMLFormElement): void {
  const input = form.elements.namedItem('learningRate') as HTMLInputElement
  const { value } = form.elements.namedItem('energy') as HTMLSelectElement
  if (Object.values<number>(learningRates).includes(Number(input.value))) {
    input.value = String(learningRates[value as EnergyName])
  }
}

/** The numbers beside the sliders. */
export function showValues(form: HTMLFormElement): void {
  for (const name of ['noiseWidth', 'noiseRatio']) {
    const { value } = form.elements.namedItem(name) as HTMLInputElement
    const output = form.querySelector(`#${name}-value`)
    if (output) output.textContent = name === 'noiseWidth' ? `× ${Number(value).toFixed(1)}` : value
  }
}

function labelOf(name: NumberName): string {
  const labels = {
    seed: 'Seed',
    noiseWidth: 'Width',
    noiseRatio: 'ν',
    steps: 'Steps',
    learningRate: 'Learning rate',
  }
  return labels[name]
}
